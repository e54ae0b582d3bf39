#!/usr/bin/env python3
"""Takes the flag <key> out of code: what asks for it goes on with <value>.

    pip install polyglot-piranha==0.4.9
    python3 clean.py LANGUAGE PATH...      # the languages are the folders beside this file

Look at the change, compile it and run the tests. Constants that hold the key stay: delete those that nothing uses.
"""

import sys
from pathlib import Path

from polyglot_piranha import PiranhaArguments, execute_piranha


def main(language, *paths):
    rules = {
        "language": language,
        "path_to_configurations": str(Path(__file__).parent / language),
        "substitutions": {"flag_key": "<key>", "flag_pattern": "<pattern>", "flag_value": "<value>"},
    }
    if language != "ruby":
        execute_piranha(PiranhaArguments(paths_to_codebase=list(paths), **rules))
        return
    # Piranha looks for Ruby in files named `.rs`, so it is given the text of each file.
    for path in map(Path, paths):
        for file in sorted(path.rglob("*.rb")) if path.is_dir() else [path]:
            for changed in execute_piranha(PiranhaArguments(code_snippet=file.read_text(), **rules)):
                file.write_text(changed.content)


if len(sys.argv) < 3:
    sys.exit(__doc__)
main(*sys.argv[1:])
