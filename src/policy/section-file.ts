/** A part of a file of sections: its header as it is written ("" before the first), and its lines. */
interface Section {
  readonly header: string;
  readonly lines: readonly string[];
}

/** Sections that say what a project is and needs, by the file's name in small letters. All others say how it is run. */
const staying: Readonly<Record<string, RegExp>> = {
  "pyproject.toml":
    /^(?:project(?:\..*)?|build-system|dependency-groups|tool\.poetry(?:\.(?!scripts).*)?|tool\.(?:uv|pdm|setuptools|flit|hatch\.(?:build|metadata|version)|rye|pixi|maturin|scikit-build)(?:\.(?!scripts|tasks).*)?)$/,
  "cargo.toml":
    /^(?:package(?:\..*)?|features|badges|workspace(?:\..*)?|\[?bin\]?|(?:.*\.)?(?:dev-|build-)?dependencies(?:\..*)?)$/,
  "setup.cfg": /^(?:metadata|options(?:\..*)?)$/,
  pipfile: /^(?:packages|dev-packages|\[?source\]?|requires)$/,
};

/** Keys of sections that stay, by which tests are turned off or led elsewhere. */
const ofTheGate =
  /^\s*(?:autotests|autobenches|autobins|autoexamples|harness|test|doctest|bench|build|default-run|addopts|testpaths)\s*[=:]/;

/** The sections of `now` that say what the project needs, with those of `before` that say how it is run. */
export function putBackSections(file: string, before: string, now: string): string {
  const stays = staying[file];
  if (stays === undefined) return before;
  const old = sectionsOf(before);
  const fresh = sectionsOf(now);
  const keep = ({ header }: Section): boolean => stays.test(nameOf(header));
  const runs = (sections: readonly Section[]): string =>
    sections
      .filter((part) => !keep(part))
      .map(textOf)
      .join("\n");
  const keys = (sections: readonly Section[]): string =>
    sections
      .filter(keep)
      .flatMap(({ header, lines }) =>
        lines.filter((line) => ofTheGate.test(line)).map((line) => `${nameOf(header)} ${line.trim()}`),
      )
      .join("\n");
  if (runs(old).trim() === runs(fresh).trim() && keys(old) === keys(fresh)) return now;
  const kept = fresh.filter(keep).map((part) =>
    withGateKeys(
      part,
      old.find(({ header }) => header === part.header),
    ),
  );
  const head = old.filter((part) => !keep(part) && part.header === "");
  return [...head, ...kept, ...old.filter((part) => !keep(part) && part.header !== "")].map(textOf).join("\n");
}

const withGateKeys = ({ header, lines }: Section, old: Section | undefined): Section => ({
  header,
  lines: [
    ...lines.filter((line) => !ofTheGate.test(line)),
    ...(old?.lines.filter((line) => ofTheGate.test(line)) ?? []),
  ],
});

function sectionsOf(text: string): readonly Section[] {
  const found: { header: string; lines: string[] }[] = [{ header: "", lines: [] }];
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*\[.*\]\s*(?:[#;].*)?$/.test(line) && !/^\s*\[\s*["'{]/.test(line))
      found.push({ header: line.trim(), lines: [] });
    else found.at(-1)?.lines.push(line);
  }
  return found;
}

const textOf = ({ header, lines }: Section): string =>
  [...(header === "" ? [] : [header]), ...lines].join("\n").trimEnd();

/** `tool.pytest.ini_options` of `[tool.pytest.ini_options]`; `[bin]` of `[[bin]]`. */
const nameOf = (header: string): string =>
  header
    .replace(/\s*[#;].*$/, "")
    .replace(/^\[|\]$/g, "")
    .replaceAll(/["'\s]/g, "");
