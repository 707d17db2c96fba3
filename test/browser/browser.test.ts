import { launchBrowser } from "./browser";

describe("a missing browser", () => {
  const { CHROMIUM_PATH } = process.env;
  afterEach(() => {
    if (CHROMIUM_PATH === undefined) delete process.env.CHROMIUM_PATH;
    else process.env.CHROMIUM_PATH = CHROMIUM_PATH;
  });

  it.each([
    { path: "/nowhere/chromium", says: "there is no /nowhere/chromium" },
    { path: process.execPath, says: "No usable browser" },
  ])("is reported by an error that says what to do: $path", async ({ path, says }) => {
    process.env.CHROMIUM_PATH = path;
    await expect(launchBrowser()).rejects.toThrow(says);
    await expect(launchBrowser()).rejects.toThrow("Run npm ci, or set CHROMIUM_PATH");
  });
});
