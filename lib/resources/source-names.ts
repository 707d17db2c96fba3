import { relative, resolve } from "node:path";
import { OUR_SOURCES } from "../../adapters/report";
import { appRoot } from "../app-root";
import { bundleRoot, packageRoot } from "../package-root";

/** Paths in this repository from which functions are bundled: some folders and one file. */
const LAYERS = /^((adapters|console|engine|features|handlers|lambda|platform)\/|index\.ts$)/;

interface SourceMapText {
  readonly version: number;
  readonly sources: readonly string[];
  readonly mappings: string;
}

/**
 * Gives sources the same names on every machine. A source of this package is named by `OUR_SOURCES` and its path in the package, any other
 * source by its path from the app's folder.
 * @param folder folder to which the map's sources are relative
 */
export function withNamedSources(text: string, folder: string): string {
  const { version, sources, mappings } = JSON.parse(text) as SourceMapText;
  return JSON.stringify({ version, sources: sources.map((source) => sourceName(resolve(folder, source))), names: [], mappings });
}

function sourceName(file: string): string {
  const relativePath = posix(relative(bundleRoot, file));
  const isOurs = bundleRoot === packageRoot ? LAYERS.test(relativePath) : !relativePath.startsWith("../");
  return isOurs ? `${OUR_SOURCES}${relativePath}` : posix(relative(appRoot, file));
}

function posix(path: string): string {
  return path.replaceAll("\\", "/");
}
