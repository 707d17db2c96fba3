import { join } from "node:path";
import { nearestFolderWith } from "./app-root";

/** The folder of this package: its package.json and samples lie there. */
export const packageRoot = nearestFolderWith("package.json", __dirname) as string;

/**
 * The folder of the modules that functions are bundled from: `lambda/authorizer` lies in it as TypeScript in the
 * repository, as an ES module where the package is installed.
 */
export const bundleRoot = __filename.endsWith(".ts") ? packageRoot : join(packageRoot, "dist", "bundle");

/** Names the folder in which `npm start` keeps bundles without a policy. A deployment builds all of them. */
export const KEPT_BUNDLES = "GATEHOUSE_KEPT_BUNDLES";
