import type { GraphClient } from "../../../adapters/graph/graph";
import { otherForm } from "../../../adapters/graph/graph";
import { hasTexts, objects, soon } from "../../../adapters/graph/patient-calls";

/** The number of federated credentials that Graph allows for each application. */
export const MOST_CREDENTIALS = 20;

/** If the caller owns the application, `writeOwned` is enough for changes. */
export const credentialPermissions = {
  read: "Application.Read.All",
  write: "Application.ReadWrite.All",
  writeOwned: "Application.ReadWrite.OwnedBy",
} as const;

/** Lets an application sign in with tokens of this issuer, subject and audience. Entra compares all three case-sensitively. */
export interface FederatedCredential {
  readonly id: string;
  /** The name, which cannot change. */
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  /** Exactly one audience. */
  readonly audiences: readonly string[];
}

export interface HeldCredential {
  readonly displayName?: string | null;
  readonly endDateTime?: string | null;
}

export interface SigningApplication {
  readonly id: string;
  readonly displayName: string;
  readonly passwordCredentials?: readonly HeldCredential[];
  readonly keyCredentials?: readonly HeldCredential[];
}

export type FederatedCredentials = ReturnType<typeof federatedCredentials>;

/** Every method throws GraphError if Graph refuses. */
export function federatedCredentials(graph: GraphClient, appId: string) {
  const path = `/applications(appId='${encodeURIComponent(appId)}')`;
  const names = ["name", "issuer", "subject"];
  const { all, create, update } = objects<FederatedCredential>(graph, `${path}/federatedIdentityCredentials`, { names });
  /** Every write ends with this wait: Graph shows a write late, and may lose it if another write follows too soon. */
  const waitUntilShown = async (given: Omit<FederatedCredential, "id">) =>
    await soon(
      graph,
      async () => {
        if (!(await all()).some((each) => isSameCredential(each, given))) throw new NotShownError();
      },
      (error) => error instanceof NotShownError,
    );
  return {
    all,
    async application(): Promise<SigningApplication> {
      const query = `${path}?$select=id,displayName,passwordCredentials,keyCredentials`;
      const found = await graph.get<SigningApplication>(query);
      if (!hasTexts(found, ["id", "displayName"])) throw otherForm(graph, "GET", query);
      return found;
    },
    async create(given: Omit<FederatedCredential, "id">): Promise<void> {
      await create(given, (each) => isSameCredential(each, given));
      await waitUntilShown(given);
    },
    async update(id: string, given: Omit<FederatedCredential, "id">): Promise<void> {
      const { name: _, ...changed } = given;
      await update(id, changed);
      await waitUntilShown(given);
    },
  };
}

/** Thrown while Graph does not show a credential that it accepted. */
export class NotShownError extends Error {}

function isSameCredential(one: Omit<FederatedCredential, "id">, other: Omit<FederatedCredential, "id">): boolean {
  return one.name === other.name && isSameTrust(one, other);
}

type Trust = Pick<FederatedCredential, "issuer" | "subject" | "audiences">;

export function isSameTrust(one: Trust, other: Trust): boolean {
  const isSameAudience = one.audiences.length === other.audiences.length && one.audiences.every((each) => other.audiences.includes(each));
  return one.issuer === other.issuer && one.subject === other.subject && isSameAudience;
}
