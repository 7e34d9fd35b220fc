# tests/config/schema_check.py -- an independent validator on our schema: it never rejects what the reader accepts.
# SPDX-License-Identifier: MIT
#
#   schema_check.py VALIDATE VERDICTS FILE...        mutates the configurations FILE..., asks both about each
#   schema_check.py VALIDATE --accepted TEXTS        asks the schema about texts the reader accepted (NUL between them)
#
# VALIDATE is optcoord-validate, VERDICTS the program of verdicts.cpp. OPTCOORD_SCHEMA_MUTATIONS says how many random
# mutations. Exit code 0 good, 1 they disagree, 77 when python3-jsonschema is not there.
import copy
import json
import os
import random
import re
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed (./dev setup tests)")
    sys.exit(77)

MISFITS = [None, True, False, 0, 1, -1, 0.5, 1.5, 2, 24, 100, 1e300, -1e300, 2**31, 2**53, 2**53 + 1, "", "A", "spy",
           "SPY", "all", "x" * 101, "09:30", "25:00", "tab\there", [], {}, [None], ["A"], [1], {"a": 1}]


def validator_of(validate):
    schema = json.loads(subprocess.run([validate, "--schema"], check=True, capture_output=True, text=True).stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def bounds(schema):
    """Every bound and word in the schema, and numbers just beside: where two readings part."""
    found = []
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
                found += [value, value + 1e-9, value - 1e-9, value + 1, value - 1]
            elif key == "enum":
                found += value + [value[0].upper()]
            else:
                found += bounds(value)
    elif isinstance(schema, list):
        for value in schema:
            found += bounds(value)
    return sorted({json.dumps(value) for value in found})


def keys(schema):
    """Every key of any object."""
    if isinstance(schema, list):
        return set().union(*map(keys, schema))
    if not isinstance(schema, dict):
        return set()
    return set(schema.get("properties", ())).union(*map(keys, schema.values()))


def places(value):
    """Every (container, key) of a configuration."""
    found = []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found.append((value, key))
        found += places(inner)
    return found


def misfitted(configuration):
    """Each value, replaced by each misfit; each key, removed; each object, with a key more: one line of JSON each."""
    for holder, key in places(configuration):
        value = holder[key]
        for misfit in MISFITS:
            holder[key] = misfit
            yield json.dumps(configuration)
        holder[key] = value
        if isinstance(value, dict):
            for extra in ("zzz", "x_note", "market"):
                before = value.get(extra)
                value[extra] = 1
                yield json.dumps(configuration)
                del value[extra]
                if before is not None:
                    value[extra] = before
        if isinstance(holder, dict):
            after = dict(holder)
            del holder[key]
            yield json.dumps(configuration)
            holder.clear()
            holder.update(after)


def mutated(original, values, names, dice):
    """One to three changes at random places, as a line of JSON."""
    changed = json.loads(original)
    for _ in range(dice.choice([1, 1, 2, 3])):
        found = places(changed)
        if not found:
            break
        holder, key = dice.choice(found)
        act = dice.randrange(6)
        if act <= 1:
            holder[key] = json.loads(dice.choice(values))
        elif act == 2:
            holder[key] = copy.deepcopy(dice.choice(MISFITS))
        elif act == 3:
            del holder[key]
        elif act == 4:
            other, its_key = dice.choice(found)
            holder[key] = copy.deepcopy(other[its_key])
        elif isinstance(holder, dict):
            holder[dice.choice(names)] = json.loads(dice.choice(values))
        else:
            holder.append(copy.deepcopy(holder[key]))
    return json.dumps(changed)


def without_comments(text):
    kept = lambda match: match.group(0) if match.group(0).startswith('"') else " "
    return re.sub(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', kept, text, flags=re.S)


def disagreements(validator, accepted):
    bad = 0
    for configuration in accepted:
        error = next(validator.iter_errors(configuration), None)
        if error is not None:
            bad += 1
            if bad <= 20:
                where = ".".join(str(part) for part in error.absolute_path)
                print(f"the reader accepts what the schema rejects: {where}: {error.message[:300]}")
    return bad


def check_mutations(validate, verdicts, files):
    validator = validator_of(validate)
    originals = []
    for file in files:
        with open(file, encoding="utf-8") as text:
            originals.append(json.loads(without_comments(text.read())))
        validator.validate(originals[-1])
    values, names = bounds(validator.schema), sorted(keys(validator.schema))
    dice = random.Random(20261121)
    count = int(os.environ.get("OPTCOORD_SCHEMA_MUTATIONS", "4000"))
    cases = [json.dumps(configuration) for configuration in originals]
    for configuration in originals:
        cases += misfitted(configuration)
    systematic = len(cases)
    cases += [mutated(dice.choice(cases[:len(originals)]), values, names, dice) for _ in range(count)]
    asked = subprocess.run([verdicts], input="\n".join(cases) + "\n", check=True, capture_output=True, text=True)
    answers = asked.stdout.split()
    assert len(answers) == len(cases)
    assert all(answer == "valid" for answer in answers[:len(originals)]), "an original is faulty"
    accepted = [case for case, answer in zip(cases, answers) if answer == "valid"]
    refused = [case for case, answer in zip(cases, answers) if answer != "valid"]
    bad = disagreements(validator, map(json.loads, accepted))
    # the schema must also be worth having: of what the reader refuses it finds much
    looked = refused[:: max(1, len(refused) // 400)]
    caught = sum(1 for case in looked if not validator.is_valid(json.loads(case)))
    print(f"{systematic} systematic and {count} random mutations: the reader accepts {len(accepted)}, of which the "
          f"schema rejects {bad}; of {len(looked)} it refuses the schema rejects {caught}")
    assert len(accepted) > len(cases) // 20, "hardly anything was accepted: the mutations are too rough"
    assert caught > len(looked) * 6 // 10, "the schema lets most faults pass"
    return bad


def check_accepted(validate, path):
    with open(path, "rb") as file:
        texts = {text for text in file.read().split(b"\0") if text.strip()}
    accepted = [json.loads(without_comments(text.decode("utf-8-sig"))) for text in texts]
    bad = disagreements(validator_of(validate), accepted)
    print(f"{len(accepted)} different texts that the reader accepted, of which the schema rejects {bad}")
    return bad


def main():
    if sys.argv[2] == "--accepted":
        return 1 if check_accepted(sys.argv[1], sys.argv[3]) else 0
    return 1 if check_mutations(sys.argv[1], sys.argv[2], sys.argv[3:]) else 0


sys.exit(main())
