import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { placeAssembly } from "../../../local/aws/place-assembly";

describe("the output of the CDK app", () => {
  let folder: string;
  let root: string;
  let runs: number;
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  const kept = () => join(root, "node_modules", ".cache", "entra-gatehouse", "assemblies");
  /** A start with data of its own. @param during what the app does, @returns what it serves */
  async function start({ policy = "policy", data = mkdtempSync(join(folder, "data-")), during = () => {} } = {}) {
    const outDir = join(data, "cdk.out");
    await placeAssembly({ root, policy: join(root, policy), outDir }, async (made) => {
      runs += 1;
      const served = readFileSync(join(root, policy, "before-create-user.ts"), "utf8");
      mkdirSync(join(made, "asset.1"), { recursive: true });
      writeFileSync(join(made, "manifest.json"), served);
      writeFileSync(join(made, "asset.1", "index.js"), "code");
      during();
    });
    expect(existsSync(join(outDir, "asset.1", "index.js"))).toBe(true);
    return readFileSync(join(outDir, "manifest.json"), "utf8");
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gatehouse-assemblies-"));
    root = join(folder, "repository");
    runs = 0;
    for (const file of ["policy/before-create-user.ts", "lib/a.ts", "test/b.ts", "node_modules/.package-lock.json"]) write(file, "1");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is made once for starts with any data folder", async () => {
    const data = join(folder, "data");
    mkdirSync(data);
    for (const options of [{}, {}, { data }, { data }]) expect(await start(options)).toBe("1");
    expect(runs).toBe(1);
    rmSync(kept(), { recursive: true });
    await start();
    expect(runs).toBe(2);
  });

  it.each([
    ["the policy", () => write("policy/before-create-user.ts", "2")],
    ["a file of the product", () => write("lib/a.ts", "2")],
    ["the list of installed packages", () => write("node_modules/.package-lock.json", "2")],
    ["a variable", () => vi.stubEnv("LIST_OF_THE_POLICY", "2")],
  ])("is made again if %s changes, and reused if that is undone", async (_, change) => {
    await start();
    change();
    expect(await start()).toBe(readFileSync(join(root, "policy/before-create-user.ts"), "utf8"));
    expect(runs).toBe(2);
    for (const file of ["policy/before-create-user.ts", "lib/a.ts", "node_modules/.package-lock.json"]) write(file, "1");
    vi.unstubAllEnvs();
    expect(await start()).toBe("1");
    expect(runs).toBe(2);
  });

  it("is made again if a file was changed while the app ran, even if the change was undone later", async () => {
    const data = mkdtempSync(join(folder, "data-"));
    await start({ data, during: () => write("lib/a.ts", "2") });
    write("lib/a.ts", "1");
    await start({ data });
    expect(runs).toBe(2);
  });

  it("is made at every start if the app is a user's own, or if the output cannot be stored", async () => {
    const place = { root: undefined, policy: join(root, "policy"), outDir: join(folder, "own") };
    const made: string[] = [];
    for (const _ of [1, 2]) await placeAssembly(place, async (folder) => void made.push(String(mkdirSync(folder))));
    expect(made).toHaveLength(2);
    write("node_modules/.cache", "a file");
    for (const _ of [1, 2]) expect(await start()).toBe("1");
    expect(runs).toBe(2);
  });

  it("stays unchanged if the app fails", async () => {
    const data = mkdtempSync(join(folder, "data-"));
    await start({ data });
    write("policy/before-create-user.ts", "2");
    const failing = () => {
      throw new Error("wrong");
    };
    await expect(start({ data, during: failing })).rejects.toThrow("wrong");
    expect(readFileSync(join(data, "cdk.out", "manifest.json"), "utf8")).toBe("1");
    expect(readdirSync(kept())).toHaveLength(1);
    expect(await start({ data })).toBe("2");
  });

  it("is stored privately, and is removed if sixteen others were used more recently", async () => {
    let second = "";
    for (let count = 1; count <= 17; count += 1) {
      const before = existsSync(kept()) ? readdirSync(kept()) : [];
      write("policy/before-create-user.ts", String(count));
      await start();
      const [added] = readdirSync(kept()).filter((name) => !before.includes(name));
      if (count === 2) second = added as string;
      utimesSync(join(kept(), added as string), count, count);
      // Used since.
      write("policy/before-create-user.ts", "1");
      await start();
    }
    expect(runs).toBe(17);
    expect(statSync(kept()).mode & 0o077).toBe(0);
    expect(readdirSync(kept())).toHaveLength(16);
    expect(readdirSync(kept())).not.toContain(second);
  });

  it("is made by each of two simultaneous starts, and stored once", async () => {
    const both = await Promise.all([start(), start()]);
    expect(both).toEqual(["1", "1"]);
    expect(readdirSync(kept())).toHaveLength(1);
    await start();
    expect(runs).toBe(2);
  });
});
