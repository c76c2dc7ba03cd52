"""The shapes of the API's answers, for its description alone: answers are written as they are."""
