import { join } from "node:path";
import { nearestFolderWith } from "./app-root";

/** The folder of this package, with its package.json and samples. */
export const packageRoot = nearestFolderWith("package.json", __dirname) as string;

/**
 * The folder with the modules from which functions are bundled. In the repository, the modules are TypeScript. In an installed package,
 * they are ES modules.
 */
export const bundleRoot = __filename.endsWith(".ts") ? packageRoot : join(packageRoot, "dist", "bundle");

/**
 * Name of an environment variable. It contains the folder in which `npm start` keeps the bundles without a policy. A deployment builds all
 * bundles.
 */
export const KEPT_BUNDLES = "GATEHOUSE_KEPT_BUNDLES";
