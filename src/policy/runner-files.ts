/** Files that belong to the gate whatever the checks are called: who reads them, and how they are named. */
export interface InputGroup {
  /** Names of programs; `tests`: whatever may run tests; `all`: whatever starts. */
  readonly readers: readonly string[] | "tests" | "all";
  readonly globs: readonly string[];
  /** Those that were there before are the product's; a new one begins to stand for another. */
  readonly onlyNew?: true;
}

const lines = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== "");
const config = (names: string): string => `**/{${names}}.{config,conf,setup,workspace,preset,shims}.*`;

/** Programs that look at code without running it: no test of the base changes what they say. */
export const linters: readonly string[] = lines(
  `eslint oxlint prettier oxfmt biome stylelint ruff black flake8 pylint isort rubocop shellcheck shfmt gofmt goimports
   golangci-lint markdownlint commitlint knip depcheck cspell actionlint yamllint hadolint rustfmt`,
);

/** Programs that check types. Old tests that no longer compile against the new code are no changed expectation. */
export const typeCheckers: readonly string[] = lines("tsc vue-tsc tsgo mypy pyright pyre pytype");

const compilerSettings = "**/{tsconfig,jsconfig}{,.*,-*}.json";
const typeSettings: readonly string[] = ["**/{mypy.ini,.mypy.ini,pyrightconfig.json,.pyre_configuration}"];

/** What Python itself and its runners import: a file of that name beside the code is taken instead. */
const pythonModules = lines(
  `abc argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 calendar cmd code codecs codeop collections
   colorsys compileall concurrent configparser contextlib contextvars copy copyreg coverage csv ctypes dataclasses datetime
   decimal difflib dis doctest email encodings enum errno faulthandler filecmp fileinput fnmatch fractions ftplib functools
   gc genericpath getopt getpass gettext glob graphlib gzip hashlib heapq hmac html http hypothesis importlib iniconfig inspect io
   ipaddress itertools json keyword linecache locale logging lzma marshal math mimetypes mmap multiprocessing netrc nose2
   numbers opcode operator optparse os packaging pathlib pdb pickle pkgutil platform plistlib pluggy posixpath pprint profile pstats pty
   py_compile pyclbr pydoc pytest queue quopri random re readline reprlib resource runpy sched secrets select selectors shelve
   shlex shutil signal site smtplib socket socketserver sqlite3 ssl stat statistics string stringprep struct subprocess
   symtable sys sysconfig tarfile tempfile termios textwrap threading time timeit token tokenize tomllib trace traceback
   tracemalloc types typing unicodedata unittest urllib uuid venv warnings weakref webbrowser xml xmlrpc zipapp zipfile
   zipimport zlib zoneinfo`,
).join(",");

const python = lines("python pypy pytest py.test nose2 coverage tox nox");

export const inputGroups: readonly InputGroup[] = [
  {
    readers: "tests",
    globs: [
      compilerSettings,
      config("vitest,vite,jest,babel,playwright,cypress,karma,wdio,ava,nyc,c8,swc,tap,mocha,web-test-runner,testcafe"),
      config("nightwatch,codecept,stryker,webpack,rollup,esbuild,tsup,metro,electron.vite,astro,svelte,react-router"),
      "**/{vitest,jest,mocha,jasmine,karma,playwright,cypress}{.,-,_}*.{js,cjs,mjs,ts,cts,mts,json}",
      "**/.{mocharc,nycrc,c8rc,taprc,babelrc,swcrc,jestrc,jasmine}{,.*}",
      "**/{jasmine,babel,cypress,wallaby}.{json,js}",
      "**/{setupTests,setup-tests,setup_tests,testSetup,test-setup,test_setup,testUtils,test-utils,test_utils}.*",
      "**/{conftest.py,pytest.ini,.pytest.ini,.coveragerc,sitecustomize.py,usercustomize.py,*.pth}",
      "**/{.rspec,spec_helper.rb,rails_helper.rb,test_helper.*,.simplecov,cucumber.yml,cucumber.js}",
      "**/{junit-platform.properties,*.runsettings,xunit.runner.json,phpunit.xml,phpunit.xml.dist,phpunit.dist.xml}",
      "**/{Pest.php,behat.yml,behat.yml.dist,codeception.yml,dart_test.yaml,nextest.toml,CTestCustom.cmake}",
    ],
  },
  {
    readers: python,
    onlyNew: true,
    globs: [`{,src/}{${pythonModules}}{.py,/__init__.py}`],
  },
  // Python may take what was compiled once for what stands beside it.
  { readers: python, globs: ["**/*.{pyc,pyo}"] },
  { readers: typeCheckers, globs: [compilerSettings, ...typeSettings] },
  {
    readers: linters,
    globs: [
      config("eslint,prettier,stylelint,biome,oxlint,knip,commitlint,lint-staged"),
      "**/.{eslintrc,eslintignore,prettierrc,prettierignore,stylelintrc,stylelintignore,oxlintrc,oxfmtrc}{,.*}",
      "**/{biome,oxlint,knip,cspell}.{json,jsonc}",
      "**/{ruff.toml,.ruff.toml,.flake8,.pylintrc,pylintrc,.rubocop.yml,.golangci.*,clippy.toml,.clippy.toml}",
      "**/{rustfmt.toml,.rustfmt.toml,.shellcheckrc,.yamllint*,.markdownlint*,phpstan.*,psalm.xml,analysis_options.yaml}",
    ],
  },
  {
    readers: "all",
    globs: [
      "**/{Makefile,GNUmakefile,makefile.*,*.mk,justfile,.justfile,*.just,Rakefile,*.rake,noxfile.py,tox.ini,dodo.py}",
      "**/{Taskfile,taskfile}{,.dist}.{yml,yaml}",
      "**/{SConstruct,Earthfile,BUILD,BUILD.bazel,WORKSPACE,WORKSPACE.bazel,MODULE.bazel,.bazelrc,meson.build}",
      "**/{.npmrc,.yarnrc,.yarnrc.yml,.pnpmfile.cjs,pnpmfile.cjs,pnpmfile.js,pnpm-workspace.yaml,bunfig.toml,.pnp.*}",
      "**/{turbo,nx,lerna,rush,moon,project,workspace,angular}.{json,jsonc,yml}",
      "**/.yarn/{releases,plugins,sdks}/**",
      "**/node_modules/**",
      "**/{patches,.yarn/patches}/**",
      "**/{.env,.env.*,.envrc,mise.toml,.mise.toml,mise.*.toml,.mocharc}",
      "**/{gradlew,gradlew.bat,mvnw,mvnw.cmd,gradle.properties,settings.gradle,settings.gradle.kts}",
      "**/{gradle/wrapper,.mvn,buildSrc,.cargo}/**",
      "**/{Directory.Build.props,Directory.Build.targets,Directory.Packages.props,global.json,NuGet.config}",
      "**/.bundle/**",
    ],
  },
];

/** Named by these in capitals; without regard to case `latest.java` would be a test. */
export const testClassName =
  /(?:^|\/)(?:Test[A-Z_]\w*|\w*(?:Test|Tests|TestCase|TestCases|Spec|Specs|IT))\.(?:java|kt|kts|scala|groovy|cs|fs|vb|swift|php|m|mm|cpp|cc|cxx)$/;
