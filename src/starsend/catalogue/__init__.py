"""What each model can do and costs: data (`models.toml`, source and date beside the numbers) and one `loader`."""
