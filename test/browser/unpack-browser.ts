import { existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where the package puts libraries that a bare Linux lacks: NSS and expat. */
export const LIBRARIES = join(tmpdir(), "al2023", "lib");

/** Unpacks the browser among our packages and its libraries, which several workers must not do at once. */
export async function unpackBrowser(): Promise<void> {
  const { default: chromium } = await import("@sparticuz/chromium");
  // It leaves a browser that is there as it is, with or without libraries.
  if (!existsSync(LIBRARIES)) rmSync(join(tmpdir(), "chromium"), { force: true });
  const { AWS_LAMBDA_JS_RUNTIME } = process.env;
  // Only where it takes itself to be does it unpack them.
  process.env.AWS_LAMBDA_JS_RUNTIME = "nodejs22.x";
  try {
    await chromium.executablePath();
  } finally {
    if (AWS_LAMBDA_JS_RUNTIME === undefined) delete process.env.AWS_LAMBDA_JS_RUNTIME;
    else process.env.AWS_LAMBDA_JS_RUNTIME = AWS_LAMBDA_JS_RUNTIME;
  }
}
