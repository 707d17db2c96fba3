import { type ApiConnector, calls } from "./api-connectors";

/** A connector that calls a gate, whoever made it and whatever its name. */
export interface GateConnector {
  readonly connector: ApiConnector;
  /** The gate's path that it calls: "before-create-user", "suppliers/before-create-user". */
  readonly path: string;
}

/** Those of a tenant's connectors that call a gate. @param urls what is called at each of its paths */
export function connectorsOf(all: readonly ApiConnector[], urls: ReadonlyMap<string, string>): readonly GateConnector[] {
  return all.flatMap((connector) => {
    const [path] = [...urls].find(([, url]) => calls(connector, url)) ?? [];
    return path === undefined ? [] : [{ connector, path }];
  });
}

/** The paths that they call, each once. */
export function pathsOf(connectors: readonly GateConnector[]): readonly string[] {
  return [...new Set(connectors.map(({ path }) => path))];
}

/** Paths that several call: a call there tells what one of them shows, and nobody knows which. */
export function sharedPaths(connectors: readonly GateConnector[]): readonly string[] {
  return pathsOf(connectors).filter((path) => connectors.filter((each) => each.path === path).length > 1);
}
