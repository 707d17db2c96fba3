import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FILES_READ } from "../../lib/files-read";
import { packageRoot } from "../../lib/package-root";
import { runApp } from "../../lib/run-app";

it("an app notes which modules it loaded, for npm start alone", () => {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-app-"));
  try {
    const list = join(folder, "files-read");
    runApp(() => undefined);
    expect(existsSync(list)).toBe(false);
    vi.stubEnv(FILES_READ, list);
    runApp(() => void require("../../samples/policies/domains/before-create-user"));
    expect(readFileSync(list, "utf8").split("\n")).toContain(join(packageRoot, "samples/policies/domains/before-create-user.ts"));
  } finally {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  }
});
