import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";

/** The system's folder for temporary files is anybody's, who could put another browser there first. */
const OWN = join(packageRoot, "node_modules", ".cache", "entra-gatehouse", "browser");

/** Where the package puts libraries that a bare Linux lacks: NSS and expat. */
export const LIBRARIES = join(OWN, "al2023", "lib");

/** The path of the browser, which is unpacked unless it is there. */
export async function browserPath(): Promise<string> {
  const { default: chromium } = await import("@sparticuz/chromium");
  mkdirSync(OWN, { recursive: true, mode: 0o700 });
  const { TMPDIR } = process.env;
  process.env.TMPDIR = OWN;
  try {
    return await chromium.executablePath();
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}

/** Unpacks the browser among our packages and its libraries, which several workers must not do at once. */
export async function unpackBrowser(): Promise<void> {
  // It leaves a browser that is there as it is, with or without libraries.
  if (!existsSync(LIBRARIES)) rmSync(join(OWN, "chromium"), { force: true });
  const { AWS_LAMBDA_JS_RUNTIME } = process.env;
  // Only where it takes itself to be does it unpack them.
  process.env.AWS_LAMBDA_JS_RUNTIME = "nodejs22.x";
  try {
    await browserPath();
  } finally {
    if (AWS_LAMBDA_JS_RUNTIME === undefined) delete process.env.AWS_LAMBDA_JS_RUNTIME;
    else process.env.AWS_LAMBDA_JS_RUNTIME = AWS_LAMBDA_JS_RUNTIME;
  }
}
