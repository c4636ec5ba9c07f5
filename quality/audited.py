"""What pip-audit found, and what it could not know: `python quality/audited.py build/audit.json`.

An index without data on vulnerabilities makes pip-audit pass over every package and report success. Exit 1 where a
vulnerability is known or the report is not there; else 0, with a count of what was audited.
"""  # noqa: E501

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(path: Path) -> int:
    """Say it, and return the exit code."""
    if not path.exists():
        print("pip-audit wrote no report: see above")
        return 1
    packages = json.loads(path.read_text())["dependencies"]
    known = [package for package in packages if "skip_reason" not in package]
    found = [(package, each) for package in known for each in package["vulns"]]
    for package, each in found:
        fixed = ", ".join(each["fix_versions"]) or "no version"
        print(f"{package['name']} {package['version']}: {each['id']}, fixed in {fixed}")
    print(f"{len(known)} of {len(packages)} packages audited, {len(found)} vulnerabilities known")
    if not known:
        print("this package index has no data on vulnerabilities: ask where pypi.org can be reached")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
