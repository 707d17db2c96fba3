import type { GraphClient } from "./graph";
import { allOf, madeOnce, unlessGone } from "./patient-calls";

export interface BasicCredential {
  readonly username: string;
  readonly password: string;
}

/** A certificate that a connector shows, or may come to show. */
export interface ConnectorCertificate {
  /** SHA-1, in hexadecimal digits. */
  readonly thumbprint: string;
  /** Seconds since 1970, or an ISO date: Graph's page and its examples differ. */
  readonly notBefore: number | string;
  readonly notAfter: number | string;
  readonly isActive: boolean;
}

/** An identityApiConnector. */
export interface ApiConnector {
  readonly id: string;
  readonly displayName: string;
  readonly targetUrl: string;
  /** Basic authentication, its password masked, or certificates. */
  readonly authenticationConfiguration?: {
    readonly "@odata.type"?: string;
    readonly username?: string;
    readonly certificateList?: readonly ConnectorCertificate[];
  };
}

/** A tenant's API connectors. Every method throws GraphError for what Graph refuses. */
export interface ApiConnectors {
  connectors(): Promise<readonly ApiConnector[]>;
  /** Makes one, and no second one where the answer was lost. @returns its id */
  createConnector(displayName: string, targetUrl: string, credential: BasicCredential): Promise<string>;
  updateConnector(id: string, changed: { readonly targetUrl?: string; readonly credential?: BasicCredential }): Promise<void>;
  /**
   * Adds a certificate to those of a connector. Of them, Entra shows the one that was added last and is valid.
   * @param pfx PKCS #12, with its key
   */
  addCertificate(id: string, pfx: Buffer, passphrase: string): Promise<void>;
  deleteConnector(id: string): Promise<void>;
}

const CONNECTORS = "/identity/apiConnectors";

export function apiConnectors(graph: Pick<GraphClient, "get" | "post" | "patch" | "delete" | "address">): ApiConnectors {
  const connectors = () => allOf<ApiConnector>(graph, CONNECTORS);
  return {
    connectors,
    async createConnector(displayName, targetUrl, credential) {
      const body = { displayName, targetUrl, authenticationConfiguration: basicAuthentication(credential) };
      const { id } = await madeOnce(
        async () => (await graph.post<ApiConnector>(CONNECTORS, body)) as ApiConnector,
        async () => (await connectors()).find((each) => each.displayName === displayName && each.targetUrl === targetUrl),
      );
      return id;
    },
    updateConnector: (id, { credential, ...changed }) =>
      graph.patch(`${CONNECTORS}/${id}`, {
        ...changed,
        ...(credential && { authenticationConfiguration: basicAuthentication(credential) }),
      }),
    async addCertificate(id, pfx, passphrase) {
      await graph.post(`${CONNECTORS}/${id}/uploadClientCertificate`, { pkcs12Value: pfx.toString("base64"), password: passphrase });
    },
    deleteConnector: (id) => unlessGone(graph.delete(`${CONNECTORS}/${id}`)),
  };
}

/** How a user flow refers to a connector. */
export function connectorAddress(graph: Pick<GraphClient, "address">, id: string): string {
  return graph.address(`${CONNECTORS}/${id}`);
}

/** Whether a connector shows user name and password. */
export function isBasic({ authenticationConfiguration }: ApiConnector): boolean {
  return /basicAuthentication$/i.test(authenticationConfiguration?.["@odata.type"] ?? "");
}

/** Whether a connector calls an address, however it is spelled. */
export function calls({ targetUrl }: Pick<ApiConnector, "targetUrl">, url: string): boolean {
  return URL.canParse(targetUrl) && URL.canParse(url) && new URL(targetUrl).href === new URL(url).href;
}

function basicAuthentication({ username, password }: BasicCredential): object {
  return { "@odata.type": "#microsoft.graph.basicAuthentication", username, password };
}

/** Whether a connector calls the same host as an address. */
export function isAt({ targetUrl }: ApiConnector, url: string): boolean {
  return URL.canParse(targetUrl) && new URL(targetUrl).origin === new URL(url).origin;
}
