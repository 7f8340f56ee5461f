#!/usr/bin/env python3
"""A data set nobody here wrote: the npm package world-countries as three modules (countries, currencies, languages) with borders as
a self link, loaded through the command line and asked by graph queries. Every answer is compared with plain SQL over ordinary tables
that this script fills by itself, and the bytes must be the same wherever the modules live.

usage: countries.py WEFT   (WEFT_TEST_COUNTRIES names countries.json, WEFT_TEST_POSTGRES a cluster)
"""
import csv
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

from run_cases import fresh_database

WEFT = os.path.abspath(sys.argv[1])
RESULTS = []

FILES = {
    "src/modules/country/module.yaml": """
module: country
models:
  country:
    fields:
      code:        { type: text, primaryKey: true }
      name:        text
      official:    text
      region:      { type: text, index: true }
      subregion:   text?
      area:        float
      landlocked:  boolean
      independent: boolean?
      tlds:        array
      position:    json
""",
    "src/modules/currency/module.yaml": """
module: currency
models:
  currency:
    fields: { code: { type: text, primaryKey: true }, name: text, symbol: text? }
""",
    "src/modules/language/module.yaml": """
module: language
models:
  language:
    fields: { code: { type: text, primaryKey: true }, name: text }
""",
    "src/links/country-currency.yaml": """
name: country_currency
left: { linkable: country.country, isList: true }
right: { linkable: currency.currency, isList: true }
""",
    "src/links/country-language.yaml": """
name: country_language
left: { linkable: country.country, isList: true }
right: { linkable: language.language, isList: true }
""",
    "src/links/borders.yaml": """
name: borders
left: { linkable: country.country, alias: origin, isList: true }
right: { linkable: country.country, alias: neighbour, isList: true }
""",
}


def check(name, have, want):
    RESULTS.append((name, have == want, "" if have == want else f"have {str(have)[:600]}\nwant {str(want)[:600]}"))


def load():
    with open(os.environ["WEFT_TEST_COUNTRIES"], encoding="utf-8") as source:
        countries = json.load(source)
    rows = {"country": [], "currency": {}, "language": {}}
    links = {"country_currency": [], "country_language": [], "borders": []}
    for c in countries:
        rows["country"].append({
            "code": c["cca3"], "name": c["name"]["common"], "official": c["name"]["official"], "region": c["region"],
            "subregion": c["subregion"] or None, "area": c["area"], "landlocked": c["landlocked"],
            "independent": c["independent"], "tlds": c["tld"], "position": c["latlng"]})
        currencies = c["currencies"] if isinstance(c["currencies"], dict) else {}
        for code, currency in currencies.items():
            rows["currency"].setdefault(code, {"code": code, "name": currency["name"], "symbol": currency.get("symbol") or None})
            links["country_currency"].append((c["cca3"], code))
        for code, name in (c["languages"] or {}).items():
            rows["language"].setdefault(code, {"code": code, "name": name})
            links["country_language"].append((c["cca3"], code))
        links["borders"] += [(c["cca3"], other) for other in c["borders"]]
    known = {row["code"] for row in rows["country"]}
    links["borders"] = [pair for pair in links["borders"] if pair[1] in known]
    return {"country": rows["country"], "currency": list(rows["currency"].values()),
            "language": list(rows["language"].values())}, links


def plain_sql(rows, links):
    """The same facts in ordinary tables with foreign keys, for plain SQL."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE country (code TEXT PRIMARY KEY, name, official, region, subregion, area REAL, landlocked, independent)")
    db.execute("CREATE TABLE currency (code TEXT PRIMARY KEY, name, symbol)")
    db.execute("CREATE TABLE language (code TEXT PRIMARY KEY, name)")
    for c in rows["country"]:
        db.execute("INSERT INTO country VALUES (?,?,?,?,?,?,?,?)", [c[k] for k in (
            "code", "name", "official", "region", "subregion", "area", "landlocked", "independent")])
    db.executemany("INSERT INTO currency VALUES (:code, :name, :symbol)", rows["currency"])
    db.executemany("INSERT INTO language VALUES (:code, :name)", rows["language"])
    for link, pairs in links.items():
        db.execute(f"CREATE TABLE {link} (a REFERENCES country, b)")
        db.executemany(f"INSERT INTO {link} VALUES (?,?)", pairs)
    return db


class Project:
    def __init__(self, folder, stores, homes):
        self.folder = folder
        for path, text in FILES.items():
            self.write(path, text)
        config = {"stores": stores, "modules": {m: {"store": s} for m, s in homes.items() if m != "links"},
                  "links": {"store": homes["links"]}}
        self.write("weft.json", json.dumps(config))

    def write(self, path, text):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)

    def weft(self, *words, text=None):
        run = subprocess.run([WEFT, "-C", self.folder, *words], input=text, capture_output=True, text=True, timeout=120, check=False)
        if run.returncode:
            raise RuntimeError(f"weft {' '.join(words)}: {run.stderr}")
        return run.stdout

    def fill(self, rows, links):
        self.weft("db:migrate")
        for model, records in rows.items():
            self.write(f"{model}.ndjson", "".join(json.dumps(r) + "\n" for r in records))
            self.weft("import", model, os.path.join(self.folder, f"{model}.ndjson"))
        for link, pairs in links.items():
            with open(os.path.join(self.folder, f"{link}.csv"), "w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows([("left", "right"), *pairs])
            self.weft("link", "import", link, os.path.join(self.folder, f"{link}.csv"))

    def query(self, request):
        return self.weft("query", "-", text=json.dumps(request))


def questions(db):
    """(name, request, answer made by plain SQL)"""
    one = lambda sql, *a: [row[0] for row in db.execute(sql, a)]
    yield ("currencies and languages of Switzerland",
           {"entity": "country", "fields": ["name", "currencies.code", "languages.name"], "filters": {"code": "CHE"}},
           [{"name": "Switzerland", "currencies": [{"code": c} for c in one("SELECT b FROM country_currency WHERE a='CHE' ORDER BY b")],
             "languages": [{"name": n} for n in one("SELECT l.name FROM country_language x JOIN language l ON l.code = x.b WHERE x.a='CHE' ORDER BY l.code")]}])
    yield ("who pays in euro, by area",
           {"entity": "currency", "fields": ["code", "symbol", "countries.name"], "filters": {"code": "EUR"}},
           [{"code": "EUR", "symbol": one("SELECT symbol FROM currency WHERE code='EUR'")[0],
             "countries": [{"name": n} for n in one("SELECT c.name FROM country_currency x JOIN country c ON c.code=x.a WHERE x.b='EUR' ORDER BY c.code")]}])
    yield ("neighbours of the neighbours of Portugal",
           {"entity": "country", "fields": ["name", "neighbours.name", "neighbours.neighbours.code"], "filters": {"code": "PRT"}},
           [{"name": "Portugal", "neighbours": [
               {"name": name, "neighbours": [{"code": c} for c in one("SELECT b FROM borders WHERE a=? ORDER BY b", code)]}
               for code, name in db.execute("SELECT c.code, c.name FROM borders x JOIN country c ON c.code=x.b WHERE x.a='PRT' ORDER BY c.code").fetchall()]}])
    yield ("the largest landlocked countries, with their neighbours",
           {"entity": "country", "fields": ["name", "area", "neighbours.code"], "filters": {"landlocked": True},
            "pagination": {"take": 5, "skip": 0, "order": {"area": "DESC"}}},
           [{"name": n, "area": int(a) if a == int(a) else a,
             "neighbours": [{"code": c} for c in one("SELECT b FROM borders WHERE a=? ORDER BY b", code)]}
            for code, n, a in db.execute("SELECT code, name, area FROM country WHERE landlocked ORDER BY area DESC, code LIMIT 5").fetchall()])
    yield ("countries without subregion or of Polynesia, Z first",
           {"entity": "country", "fields": ["name", "subregion"],
            "filters": {"$or": [{"subregion": None}, {"subregion": "Polynesia"}]}, "pagination": {"order": {"name": "DESC"}}},
           [{"name": n, "subregion": s} for n, s in db.execute(
               "SELECT name, subregion FROM country WHERE subregion IS NULL OR subregion='Polynesia' ORDER BY name COLLATE BINARY DESC, code").fetchall()])
    yield ("names with ilike, and not in Europe",
           {"entity": "country", "fields": ["code"], "filters": {"name": {"$ilike": "%LAND%"}, "$not": {"region": "Europe"}}},
           [{"code": c} for c in one("SELECT code FROM country WHERE name LIKE '%land%' AND NOT region='Europe' ORDER BY code")])
    yield ("the link's entry point",
           {"entity": "borders", "fields": ["origin.name", "neighbour.name"], "pagination": {"skip": 0, "take": 3, "order": [{"origin_code": "ASC"}, {"neighbour_code": "ASC"}]}},
           [{"origin": {"name": a}, "neighbour": {"name": b}} for a, b in db.execute(
               "SELECT c.name, d.name FROM borders x JOIN country c ON c.code=x.a JOIN country d ON d.code=x.b ORDER BY x.a, x.b LIMIT 3").fetchall()])
    yield ("every country with everything",
           {"entity": "country", "fields": ["code", "currencies.code", "languages.code", "neighbours.code", "origins.code"]},
           [{"code": code, **{name: [{"code": c} for c in one(sql, code)] for name, sql in (
               ("currencies", "SELECT b FROM country_currency WHERE a=? ORDER BY b"),
               ("languages", "SELECT b FROM country_language WHERE a=? ORDER BY b"),
               ("neighbours", "SELECT b FROM borders WHERE a=? ORDER BY b"),
               ("origins", "SELECT a FROM borders WHERE b=? ORDER BY a"))}}
            for code in one("SELECT code FROM country ORDER BY code")])


def main():
    rows, links = load()
    db = plain_sql(rows, links)
    placements = {
        "one sqlite": lambda: ({"default": "sqlite:data/all.db"}, dict.fromkeys(["country", "currency", "language", "links"], "default")),
        "three sqlite": lambda: ({s: f"sqlite:data/{s}.db" for s in ("default", "money", "words")},
                                 {"country": "default", "currency": "money", "language": "words", "links": "words"}),
        "postgres": lambda: ({"default": fresh_database()}, dict.fromkeys(["country", "currency", "language", "links"], "default")),
        "mixed": lambda: ({"default": "sqlite:data/countries.db", "money": fresh_database()},
                          {"country": "default", "currency": "money", "language": "default", "links": "money"}),
    }
    bytes_of = {}
    for placement, make in placements.items():
        with tempfile.TemporaryDirectory(prefix="weft-countries-") as folder:
            try:
                project = Project(folder, *make())
                project.fill(rows, links)
                check(f"{placement}: nothing is pending after migrating", project.weft("db:plan", "--json") != "", True)
                for name, request, want in questions(db):
                    have = project.query(request)
                    check(f"{placement}: {name}", json.loads(have)["data"], want)
                    check(f"{placement}: {name}: the same bytes as elsewhere", have, bytes_of.setdefault(name, have))
            except (RuntimeError, OSError, KeyError) as problem:
                check(f"{placement}: runs", repr(problem), "")
    print(f"1..{len(RESULTS)}")
    for number, (name, good, why) in enumerate(RESULTS, 1):
        print(f"{'ok' if good else 'not ok'} {number} - {name}")
        for line in why.splitlines():
            print("# " + line)
    return 0 if all(good for _, good, _ in RESULTS) else 1


if __name__ == "__main__":
    sys.exit(main())
