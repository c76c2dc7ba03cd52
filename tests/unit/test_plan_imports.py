from __future__ import annotations

import subprocess
import sys

MODULES = ["plan_file", "plan_check", "plan_exchange", "element_manager", "sample"]


def test_reading_a_plan_loads_no_decoder() -> None:
    lines = [f"import starsend.production.{name}" for name in MODULES]
    lines.append("import sys; print(sorted({'av', 'cv2', 'PIL', 'numpy', 'starsend.animatic'} & set(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
