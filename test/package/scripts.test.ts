import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { usersNode } from "../support/users-node";

const { scripts, engines } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
  engines: { node: string };
};

describe("npm scripts", () => {
  it.each(Object.entries(scripts))("%s means the same to cmd.exe and a POSIX shell", (_, script) => {
    // The one word of a POSIX shell: in cmd.exe, scripts/exec.cmd takes its place.
    for (const command of script.replace(/^cd scripts && exec /, "").split(" && ")) {
      expect(command).toMatch(/^[a-z][\w./:@=-]*( [\w./:@=-]+)*$/);
      expect(command).not.toMatch(/^(exec|export|rm|cp|mkdir|cat|sh|bash|set)\b|^\w+=/);
    }
  });

  it("start the gate without a shell in between, so that Ctrl-C reaches it", () => {
    // cmd.exe looks for a program in the folder that it is in.
    expect(scripts.start).toBe("cd scripts && exec node start.mjs");
    expect(readFileSync(join(packageRoot, "scripts", "exec.cmd"), "utf8")).toMatch(/^@%\*\r$/m);
  });

  it("check the installation before test and prepack do anything else", () => {
    expect(scripts.prepack).toMatch(/^node scripts\/ensure-install\.mjs && /);
    expect(scripts.test).toBe("node scripts/test.mjs");
    const run = readFileSync(join(packageRoot, "scripts", "test.mjs"), "utf8");
    expect(run.indexOf("ensure-install.mjs")).toBeLessThan(run.indexOf("vitest.mjs"));
  });
});

it("the oldest supported Node is stated once in package.json, and README repeats it", () => {
  const oldest = /^>=(\d+\.\d+)$/.exec(engines.node)?.[1];
  expect(readFileSync(join(packageRoot, "README.md"), "utf8")).toContain(`Node ${oldest} or later`);
  expect(readFileSync(join(packageRoot, "scripts", "ensure-install.mjs"), "utf8")).not.toContain("20.");
});

it("the lock file names no registry", () => {
  expect(readFileSync(join(packageRoot, "package-lock.json"), "utf8")).not.toContain('"resolved"');
  expect(readFileSync(join(packageRoot, ".npmrc"), "utf8")).not.toMatch(/registry *=/);
});

describe("a release", () => {
  const github = { GITHUB_REPOSITORY: "contoso/gatehouse", GITHUB_REF_TYPE: "tag", GITHUB_REF_NAME: "v1.2.3" };
  const repository = { type: "git", url: "git+https://github.com/contoso/gatehouse.git" };
  it.each([
    { given: "all of it", says: [] },
    { given: "a machine of one's own", env: {}, says: [/push a tag, and the release workflow does it/] },
    { given: "a branch", env: { ...github, GITHUB_REF_TYPE: "branch", GITHUB_REF_NAME: "main" }, says: [/Only a tag/] },
    { given: "another version's tag", env: { ...github, GITHUB_REF_NAME: "v1.2.4" }, says: [/the tag has to be v1\.2\.3/] },
    { given: "no changelog", changelog: "# Changelog\n", says: [/no section "## 1\.2\.3"/] },
    { given: "a private package", manifest: { repository, private: true }, says: [/"private"/] },
    { given: "no repository", manifest: {}, says: [/add "repository": .*git\+https:\/\/github\.com\/contoso\/gatehouse\.git.*now: none/] },
    { given: "another repository", manifest: { repository: { url: "git+https://github.com/fabrikam/fork.git" } }, says: [/fabrikam/] },
  ] as { given: string; env?: object; changelog?: string; manifest?: object; says: RegExp[] }[])(
    "is allowed or refused by its check: $given",
    ({ env = github, changelog = "# Changelog\n\n## 1.2.3\n", manifest = { repository }, says }) => {
      const folder = mkdtempSync(join(tmpdir(), "gatehouse-release-"));
      mkdirSync(join(folder, "scripts"));
      cpSync(join(packageRoot, "scripts", "check-release.mjs"), join(folder, "scripts", "check-release.mjs"));
      writeFileSync(join(folder, "package.json"), JSON.stringify({ version: "1.2.3", ...manifest }));
      writeFileSync(join(folder, "CHANGELOG.md"), changelog);
      const ran = spawnSync(usersNode, [join(folder, "scripts", "check-release.mjs")], {
        encoding: "utf8",
        env: { ...env } as never,
      });
      rmSync(folder, { recursive: true });
      expect(ran.stderr.split("\n").filter(Boolean)).toEqual(says.map((each) => expect.stringMatching(each)));
      expect(ran.status).toBe(says.length === 0 ? 0 : 1);
    },
  );

  it("is the only way to publish: npm publish in this folder is refused", () => {
    expect(scripts.prepublishOnly).toBe("node scripts/check-release.mjs");
  });
});

describe("ensure-install", () => {
  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "gatehouse-install-"));
    for (const folder of ["scripts", "bin"]) mkdirSync(join(project, folder));
    for (const file of ["scripts/ensure-install.mjs", "bin/node-version.cjs"]) cpSync(join(packageRoot, file), join(project, file));
  });
  afterEach(() => rmSync(project, { recursive: true, force: true }));

  const remote = { dependencies: { "left-pad": "1.3.0" }, packages: { "node_modules/left-pad": { version: "1.3.0" } } };
  const near = {
    dependencies: { near: "file:near" },
    packages: { near: { version: "1.0.0" }, "node_modules/near": { resolved: "near", link: true } },
  };
  function given({ node = ">=20.0", wants = near, locks = wants }: { node?: string; wants?: typeof near | typeof remote; locks?: object }) {
    const manifest = { name: "given", version: "1.0.0", engines: { node } };
    writeFileSync(join(project, "package.json"), JSON.stringify({ ...manifest, dependencies: wants.dependencies }));
    mkdirSync(join(project, "near"));
    writeFileSync(join(project, "near", "package.json"), JSON.stringify({ name: "near", version: "1.0.0" }));
    const { dependencies = {}, packages = {} } = locks as Partial<typeof near>;
    writeFileSync(
      join(project, "package-lock.json"),
      JSON.stringify({
        name: "given",
        version: "1.0.0",
        lockfileVersion: 3,
        requires: true,
        packages: { "": { ...manifest, dependencies }, ...packages },
      }),
    );
  }
  function ensureInstall(...args: readonly string[]) {
    const offline = { npm_config_registry: "http://127.0.0.1:1/", npm_config_fetch_retries: "0", npm_config_cache: join(project, "cache") };
    // What `npm start --silent` hands down.
    const silent = { npm_config_loglevel: "silent" };
    const { status, stderr } = spawnSync(usersNode, [join(project, "scripts", "ensure-install.mjs"), ...args], {
      encoding: "utf8",
      env: { ...process.env, ...offline, ...silent },
    });
    return { status, said: stderr.trim().split("\n").at(-1) };
  }

  it("installs the lock's versions, and again only if other versions or another system's packages are there", () => {
    given({});
    expect(ensureInstall()).toEqual({ status: 0, said: "Packages are installed." });
    expect(ensureInstall()).toEqual({ status: 0, said: "" });
    const stamp = join(project, "node_modules", ".gatehouse-install");
    const list = join(project, "node_modules", ".package-lock.json");
    const listed = readFileSync(list, "utf8");
    const saidWith = (text: string) => {
      rmSync(stamp);
      writeFileSync(list, text);
      return ensureInstall().said;
    };
    expect(saidWith(listed)).toBe("");
    expect(saidWith(listed.replaceAll('"version": "1.0.0"', '"version": "1.0.1"'))).toBe("Packages are installed.");
    expect(saidWith(listed.replace('"near": {', '"near": { "os": ["plan9"],'))).toBe("Packages are installed.");
    expect(saidWith(JSON.stringify({ packages: {} }))).toBe("Packages are installed.");
  });

  describe("without development packages", () => {
    const name = (folder: string) => join(project, "node_modules", folder);
    const isThere = () => ["near", "tool"].filter((folder) => existsSync(name(folder)));
    beforeEach(() => {
      given({});
      const [manifest, lock] = ["package.json", "package-lock.json"].map((file) => join(project, file)) as [string, string];
      mkdirSync(join(project, "tool"));
      writeFileSync(join(project, "tool", "package.json"), JSON.stringify({ name: "tool", version: "1.0.0" }));
      const devDependencies = { tool: "file:tool" };
      writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, "utf8")), devDependencies }));
      const { packages, ...rest } = JSON.parse(readFileSync(lock, "utf8"));
      const root = { ...packages[""], devDependencies };
      const tool = { tool: { version: "1.0.0", dev: true }, "node_modules/tool": { resolved: "tool", link: true, dev: true } };
      writeFileSync(lock, JSON.stringify({ ...rest, packages: { ...packages, "": root, ...tool } }));
    });

    it("installs only the other packages, and later adds the missing ones without a change of the lock", () => {
      expect(ensureInstall("--without-dev")).toEqual({ status: 0, said: "Packages are installed." });
      expect(isThere()).toEqual(["near"]);
      expect(ensureInstall("--without-dev")).toEqual({ status: 0, said: "" });
      const lock = readFileSync(join(project, "package-lock.json"), "utf8");
      // npm ci would remove it.
      writeFileSync(join(project, "node_modules", ".kept"), "");
      expect(ensureInstall()).toEqual({ status: 0, said: "Packages are installed." });
      expect(isThere()).toEqual(["near", "tool"]);
      expect(existsSync(join(project, "node_modules", ".kept"))).toBe(true);
      expect(readFileSync(join(project, "package-lock.json"), "utf8")).toBe(lock);
      expect(ensureInstall()).toEqual({ status: 0, said: "" });
      expect(ensureInstall("--without-dev")).toEqual({ status: 0, said: "" });
    });

    it("keeps a whole installation as it is, even if the lock's wording changed", () => {
      ensureInstall();
      const lock = join(project, "package-lock.json");
      writeFileSync(lock, `${readFileSync(lock, "utf8")}\n`);
      expect(ensureInstall("--without-dev").said).toBe("");
      expect(isThere()).toEqual(["near", "tool"]);
    });

    it("installs the optional packages, because npm start needs them", () => {
      const manifest = join(project, "package.json");
      const peerDependenciesMeta = { tool: { optional: true } };
      writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, "utf8")), peerDependenciesMeta }));
      const lock = readFileSync(join(project, "package-lock.json"), "utf8");
      expect(ensureInstall("--without-dev")).toEqual({ status: 0, said: "Packages are installed." });
      expect(isThere()).toEqual(["near", "tool"]);
      expect(readFileSync(join(project, "package-lock.json"), "utf8")).toBe(lock);
      expect(ensureInstall("--without-dev")).toEqual({ status: 0, said: "" });
    });
  });

  it("refuses an older Node", () => {
    given({ node: ">=99.1" });
    const version = execFileSync(usersNode, ["--print", "process.versions.node"], { encoding: "utf8" }).trim();
    const said = `Gatehouse needs Node 99.1 or newer; this is ${version}. Get one at https://nodejs.org.`;
    expect(ensureInstall()).toEqual({ status: 1, said });
  });

  it("installs nothing if no registry is reachable, and reports that in one sentence", () => {
    given({ wants: remote });
    const { status, said } = ensureInstall();
    expect({ status, said }).toEqual({
      status: 1,
      said: expect.stringMatching(/^npm cannot reach a registry: check the network/),
    });
    expect(existsSync(join(project, "node_modules", ".gatehouse-install"))).toBe(false);
  });

  it("never installs versions outside the lock", () => {
    given({ locks: {} });
    const { status, said } = ensureInstall();
    expect({ status, said }).toEqual({ status: 1, said: expect.stringMatching(/^package-lock\.json does not match package\.json: /) });
  });
});
