import type { GraphClient } from "../../../adapters/graph/graph";
import { madeOnce, objects } from "../../../adapters/graph/patient-calls";

export interface BasicCredential {
  readonly username: string;
  readonly password: string;
}

export interface ConnectorCertificate {
  /** SHA-1, in hexadecimal digits. */
  readonly thumbprint: string;
  /** Seconds since 1970, or an ISO date: Graph's reference and its examples differ. */
  readonly notBefore: number | string;
  readonly notAfter: number | string;
  readonly isActive: boolean;
}

/** An identityApiConnector. */
export interface ApiConnector {
  readonly id: string;
  readonly displayName: string;
  readonly targetUrl: string;
  /** Basic authentication with its password masked, or certificates. */
  readonly authenticationConfiguration?: {
    readonly "@odata.type"?: string;
    readonly username?: string;
    readonly certificateList?: readonly ConnectorCertificate[];
  };
}

interface AddedCertificate {
  readonly pfx: Buffer;
  readonly password: string;
  /** The thumbprint in upper case. */
  readonly thumbprint: string;
}

const CONNECTORS = "/identity/apiConnectors";

export type ApiConnectors = ReturnType<typeof apiConnectors>;

/** Every method throws GraphError if Graph refuses. @param isCalled returns whether a user flow calls a connector */
export function apiConnectors(
  graph: Pick<GraphClient, "get" | "post" | "patch" | "delete" | "address" | "pause">,
  isCalled: (id: string) => Promise<boolean> = async () => true,
) {
  const { all, create, update, remove } = objects<ApiConnector>(graph, CONNECTORS, { isReferred: isCalled });
  return {
    connectors: all,
    async createConnector(displayName: string, targetUrl: string, credential: BasicCredential): Promise<string> {
      const body = { displayName, targetUrl, authenticationConfiguration: basicAuthentication(credential) };
      // True if the connector has the credential's user name. The password is not compared, because Graph masks it.
      const isMade = (each: ApiConnector) =>
        each.displayName === displayName &&
        each.targetUrl === targetUrl &&
        isBasic(each) &&
        each.authenticationConfiguration?.username === credential.username;
      return (await create(body, isMade)).id;
    },
    updateConnector: (
      id: string,
      { credential, ...changed }: { readonly targetUrl?: string; readonly credential?: BasicCredential },
    ): Promise<void> => update(id, { ...changed, ...(credential && { authenticationConfiguration: basicAuthentication(credential) }) }),
    /** Entra presents the valid certificate that was added last. @param pfx PKCS #12, with its key */
    async addCertificate(id: string, { pfx, password, thumbprint }: AddedCertificate): Promise<void> {
      const path = `${CONNECTORS}/${id}/uploadClientCertificate`;
      const isAdded = (each: ApiConnector) =>
        each.id === id &&
        (each.authenticationConfiguration?.certificateList ?? []).map(({ thumbprint }) => thumbprint.toUpperCase()).includes(thumbprint);
      await madeOnce(graph, {
        make: async () => (await graph.post<ApiConnector>(path, { pkcs12Value: pfx.toString("base64"), password })) ?? { id },
        find: async () => (await all()).filter(isAdded),
      });
    },
    deleteConnector: remove,
  };
}

/** Returns the address by which a user flow refers to a connector. */
export function connectorAddress(graph: Pick<GraphClient, "address">, id: string): string {
  return graph.address(`${CONNECTORS}/${id}`);
}

export function isBasic({ authenticationConfiguration }: ApiConnector): boolean {
  return /basicAuthentication$/i.test(authenticationConfiguration?.["@odata.type"] ?? "");
}

export function calls({ targetUrl }: Pick<ApiConnector, "targetUrl">, url: string): boolean {
  return URL.canParse(targetUrl) && URL.canParse(url) && new URL(targetUrl).href === new URL(url).href;
}

function basicAuthentication({ username, password }: BasicCredential): object {
  return { "@odata.type": "#microsoft.graph.basicAuthentication", username, password };
}

export function isAt({ targetUrl }: ApiConnector, url: string): boolean {
  return URL.canParse(targetUrl) && new URL(targetUrl).origin === new URL(url).origin;
}

/** A connector that calls a gate, whatever its name is and whoever created it. */
export interface GateConnector {
  readonly connector: ApiConnector;
  /** The gate's path that the connector calls: "before-create-user", "suppliers/before-create-user". */
  readonly path: string;
}

/** @param urls the gate's addresses, by path */
export function selectGateConnectors(all: readonly ApiConnector[], urls: ReadonlyMap<string, string>): readonly GateConnector[] {
  return all.flatMap((connector) => {
    const [path] = [...urls].find(([, url]) => calls(connector, url)) ?? [];
    return path === undefined ? [] : [{ connector, path }];
  });
}

export function listConnectorPaths(connectors: readonly GateConnector[]): readonly string[] {
  return [...new Set(connectors.map(({ path }) => path))];
}

/** Returns the paths that several connectors call. A call of a shared path does not show its connector. */
export function sharedPaths(connectors: readonly GateConnector[]): readonly string[] {
  return listConnectorPaths(connectors).filter((path) => connectors.filter((each) => each.path === path).length > 1);
}

/** The latest end of the active certificates or, if none is active, of all. Undefined if the connector has no certificate. */
export function connectorCertificateEnd({ authenticationConfiguration }: ApiConnector): Date | undefined {
  const all = authenticationConfiguration?.certificateList ?? [];
  const active = all.filter(({ isActive }) => isActive);
  const ends = (active.length > 0 ? active : all)
    .map(({ notAfter }: ConnectorCertificate) => (typeof notAfter === "number" ? notAfter * 1_000 : Date.parse(notAfter)))
    .filter((end) => !Number.isNaN(end));
  return ends.length === 0 ? undefined : new Date(Math.max(...ends));
}
