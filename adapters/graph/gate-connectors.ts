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
