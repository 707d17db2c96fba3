import { join } from "node:path";
import { nearestFolderWith } from "./app-root";

/** The folder of this package, with its package.json and samples. */
export const packageRoot = nearestFolderWith("package.json", __dirname) as string;

/** The folder of the modules from which functions are bundled: TypeScript in the repository, ES modules in an installed package. */
export const bundleRoot = __filename.endsWith(".ts") ? packageRoot : join(packageRoot, "dist", "bundle");

/** Environment variable: the folder in which `npm start` keeps bundles without a policy. A deployment builds all bundles. */
export const KEPT_BUNDLES = "GATEHOUSE_KEPT_BUNDLES";
