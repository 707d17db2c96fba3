import { setTimeout as sleep } from "node:timers/promises";
import { type GraphClient, GraphError, patiently, pauseAfter } from "./graph";

/** What has user flows that call API connectors. */
export type ConnectorTenant = "workforce" | "b2c";

/** A step of a user flow, as Graph calls it; the last one is B2C's alone. */
export type FlowStep = "postFederationSignup" | "postAttributeCollection" | "preTokenIssuance";

export const flowSteps: Readonly<Record<ConnectorTenant, readonly FlowStep[]>> = {
  workforce: ["postFederationSignup", "postAttributeCollection"],
  b2c: ["postFederationSignup", "postAttributeCollection", "preTokenIssuance"],
};

/** Graph tells the flows of B2C in its beta version alone. */
export const graphVersion: Readonly<Record<ConnectorTenant, "v1.0" | "beta">> = { workforce: "v1.0", b2c: "beta" };

/** The permissions that all calls of this file take, each with the paths it is for. */
export const userFlowPermissions = {
  "/identity/apiConnectors": "APIConnectors.ReadWrite.All",
  "/identity/": "IdentityUserFlow.ReadWrite.All",
} as const;

export interface BasicCredential {
  readonly username: string;
  readonly password: string;
}

/** An identityApiConnector. */
export interface ApiConnector {
  readonly id: string;
  readonly displayName: string;
  readonly targetUrl: string;
  /** Basic authentication, its password masked, or a certificate. */
  readonly authenticationConfiguration?: { readonly "@odata.type"?: string; readonly username?: string };
}

/** An identityUserFlowAttribute: the tenant's, whether a flow collects it or not. */
export interface UserFlowAttribute {
  /** "City", or `extension_<appid>_Name`. */
  readonly id: string;
  readonly displayName: string;
  readonly dataType: string;
}

/** What a user flow calls, by step. */
export type FlowLinks = Partial<Readonly<Record<FlowStep, ApiConnector>>>;

/** A tenant's API connectors, and one of its user flows. Every method throws GraphError for what Graph refuses. */
export interface UserFlowSetup {
  connectors(): Promise<readonly ApiConnector[]>;
  /** Makes one, and no second one where the answer was lost. @returns its id */
  createConnector(displayName: string, targetUrl: string, credential: BasicCredential): Promise<string>;
  updateConnector(id: string, changed: { readonly targetUrl?: string; readonly credential?: BasicCredential }): Promise<void>;
  deleteConnector(id: string): Promise<void>;
  links(): Promise<FlowLinks>;
  link(step: FlowStep, connectorId: string): Promise<void>;
  unlink(step: FlowStep): Promise<void>;
  /** All that the tenant has. */
  attributes(): Promise<readonly UserFlowAttribute[]>;
  /** Ids of those that the flow collects. */
  collected(): Promise<readonly string[]>;
  collect(attribute: UserFlowAttribute): Promise<void>;
  stopCollecting(attributeId: string): Promise<void>;
}

const CONNECTORS = "/identity/apiConnectors";
const ATTEMPTS = 5;

export function userFlowSetup(graph: GraphClient, kind: ConnectorTenant, flow: string): UserFlowSetup {
  const flowPath = `/identity/${kind === "b2c" ? "b2cUserFlows" : "b2xUserFlows"}/${encodeURIComponent(flow)}`;
  const configuration = `${flowPath}/apiConnectorConfiguration`;
  const assignments = `${flowPath}/userAttributeAssignments`;
  const connectors = () => all<ApiConnector>(graph, CONNECTORS);
  const collected = async () => (await all<{ readonly id: string }>(graph, assignments)).map(({ id }) => id);
  return {
    connectors,
    collected,
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
    deleteConnector: (id) => unlessGone(graph.delete(`${CONNECTORS}/${id}`)),
    links: () => graph.get<FlowLinks>(`${configuration}?$expand=${flowSteps[kind].join(",")}`),
    link: (step, id) => soon(() => graph.put(`${configuration}/${step}/$ref`, { "@odata.id": graph.address(`${CONNECTORS}/${id}`) })),
    unlink: (step) => graph.put(`${configuration}/${step}/$ref`, {}),
    attributes: () => all<UserFlowAttribute>(graph, "/identity/userFlowAttributes"),
    async collect({ id, displayName }) {
      const body = {
        isOptional: true,
        requiresVerification: false,
        userInputType: "TextBox",
        displayName,
        userAttributeValues: [],
        userAttribute: { id },
      };
      await madeOnce(
        () => graph.post(assignments, body),
        async () => ((await collected()).includes(id) ? {} : undefined),
      );
    },
    stopCollecting: (id) => unlessGone(graph.delete(`${assignments}/${encodeURIComponent(id)}`)),
  };
}

function basicAuthentication({ username, password }: BasicCredential): object {
  return { "@odata.type": "#microsoft.graph.basicAuthentication", username, password };
}

/** All pages of a list. */
async function all<T>(graph: GraphClient, path: string): Promise<readonly T[]> {
  const found: T[] = [];
  const base = graph.address("");
  for (let next: string | undefined = path; next !== undefined; ) {
    const page: { readonly value: readonly T[]; readonly "@odata.nextLink"?: string } = await graph.get(next);
    found.push(...page.value);
    const link = page["@odata.nextLink"];
    // The token goes nowhere else, and half a list would make twins.
    if (link !== undefined && !link.startsWith(base)) throw new Error("Graph names the next page of a list at another host.");
    next = link?.slice(base.length);
  }
  return found;
}

/** Graph takes two objects of one name: where an answer was lost, looks before it asks again. */
async function madeOnce<T>(make: () => Promise<T>, find: () => Promise<T | undefined>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await make();
    } catch (error) {
      // What is throttled was not done, and has been repeated.
      const pause = error instanceof GraphError && error.status !== 429 ? pauseAfter(error, count) : undefined;
      if (pause === undefined || pause > patiently.pauseMs || count >= ATTEMPTS) throw error;
      await sleep(pause);
      const made = await find();
      if (made !== undefined) return made;
    }
  }
}

/** What was just made is not known everywhere at once. */
async function soon(link: () => Promise<void>): Promise<void> {
  for (let count = 1; ; count++) {
    try {
      return await link();
    } catch (error) {
      if (!isMissing(error) || count >= ATTEMPTS) throw error;
      await sleep(500 * 2 ** (count - 1));
    }
  }
}

async function unlessGone(deletion: Promise<void>): Promise<void> {
  await deletion.catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof GraphError && error.status === 404;
}
