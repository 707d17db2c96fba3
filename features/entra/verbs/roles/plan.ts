import type { GraphApplication } from "../../../../cli/aws/stack";
import type { Finding } from "../../../../cli/graph/access";
import {
  type FederatedCredential,
  type FederatedCredentials,
  type HeldCredential,
  isSameTrust,
  MOST_CREDENTIALS,
  type SigningApplication,
} from "../../client/federated-credentials";
import { type Action, type ApplyOptions, type ChangeOf, mergedPlan, type Plan } from "../changes";

export interface WantedCredential extends Omit<FederatedCredential, "id"> {
  readonly application: GraphApplication;
}

export interface ActualCredentials {
  readonly credentials: readonly FederatedCredential[];
  readonly application: SigningApplication;
}

export type FindCredentials = (appId: string) => Promise<FederatedCredentials>;

type RoleAction<Fields> = Action<FindCredentials, Readonly<Fields>>;

interface Fields {
  readonly name: string;
  readonly appId: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

const COUNTS_LATER =
  "A new federated credential counts only after some minutes, or later if a function signed in meanwhile. Until then, a refusal does not mean that the set-up is wrong.";

const nameCredential = ({ name, appId, subject }: Fields) => `${name} of ${appId}, ${subject}`;

export const actions = {
  "create federated credential": {
    async make(findCredentials, { appId, ...fields }) {
      await (await findCredentials(appId)).create(toCredential(fields));
      return COUNTS_LATER;
    },
    object: nameCredential,
    finding: ({ name, appId, subject }) => `The application ${appId} has no federated credential ${name} for the role ${subject}`,
  } satisfies RoleAction<Fields>,
  "update federated credential": {
    async make(findCredentials, { appId, id, ...fields }) {
      await (await findCredentials(appId)).update(id, toCredential(fields));
      return COUNTS_LATER;
    },
    object: nameCredential,
    finding: ({ name, appId, why }) => `The federated credential ${name} of the application ${appId} no longer lets the role in: ${why}`,
  } satisfies RoleAction<Fields & { readonly id: string }>,
};

type RoleChange = ChangeOf<typeof actions>;

function toCredential({ name, issuer, subject, audience }: Omit<Fields, "appId">): Omit<FederatedCredential, "id"> {
  return { name, issuer, subject, audiences: [audience] };
}

/** @param actual by the application's client id, without applications that the tenant lacks */
export function planRoles(
  wanted: readonly WantedCredential[],
  actual: ReadonlyMap<string, ActualCredentials>,
  options: ApplyOptions = {},
): Plan<RoleChange> {
  const parts = wanted.map((each) => planCredential(each, actual.get(each.application.clientId), options));
  const changes = parts.flatMap((part) => part.changes ?? []);
  const full = [...actual].flatMap(([appId, { credentials }]) => {
    const added = changes.filter((each) => each.action === "create federated credential" && each.appId === appId).length;
    return added > 0 && credentials.length + added > MOST_CREDENTIALS
      ? [
          `The application ${appId} has ${credentials.length} federated credentials, and ${added} more would pass Entra's limit of ${MOST_CREDENTIALS}: delete those that nothing needs (App registrations, Certificates & secrets, Federated credentials).`,
        ]
      : [];
  });
  return mergedPlan([...parts, { obstacles: full }], actions);
}

function planCredential(
  { application, ...wanted }: WantedCredential,
  found: ActualCredentials | undefined,
  { takeOver = false }: ApplyOptions,
): Partial<Plan<RoleChange>> {
  const { clientId: appId } = application;
  const { name, issuer, subject, audiences } = wanted;
  if (found === undefined) {
    return {
      byHand: [
        `The role ${subject} signs in as the application ${appId}, which the tenant does not have: check its clientId, and --tenant.`,
      ],
    };
  }
  const [audience = ""] = audiences;
  const fields = { name, appId, issuer, subject, audience };
  const { credentials } = found;
  // A credential with another name, made by hand, may have the wanted issuer, subject and audience.
  if (credentials.some((each) => isSameTrust(each, wanted))) return {};
  const ours = credentials.find((each) => each.name === name);
  const rival = credentials.find((each) => each !== ours && each.issuer === issuer && each.subject === subject);
  if (rival !== undefined) return { obstacles: [describeRival(rival, appId, audience)] };
  if (ours === undefined) return { changes: [{ action: "create federated credential", ...fields, why: "there is none of that name" }] };
  if (ours.issuer !== issuer && !takeOver) return { obstacles: [describeOtherAccount(ours, appId, issuer)] };
  return { changes: [{ action: "update federated credential", id: ours.id, ...fields, why: describeDifference(ours, fields) }] };
}

function describeDifference(
  found: FederatedCredential,
  { issuer, subject, audience }: Pick<Fields, "issuer" | "subject" | "audience">,
): string {
  const [other = "none"] = found.audiences;
  const parts = [
    ["issuer", found.issuer, issuer],
    ["subject", found.subject, subject],
    ["audience", other, audience],
  ] as const;
  const differing = parts.filter(([, is, needed]) => is !== needed);
  return differing
    .map(([part, is, needed]) =>
      is.toLowerCase() === needed.toLowerCase() ? `its ${part} ${is} differs in capital letters, which count` : `its ${part} is ${is}`,
    )
    .join("; ");
}

function describeOtherAccount({ name, issuer, subject }: FederatedCredential, appId: string, ours: string): string {
  return `The federated credential ${name} of the application ${appId} is of another AWS account (${issuer}, ${subject}): a deployment there may use it. --take-over gives it to this account (${ours}).`;
}

function describeRival({ name, audiences }: FederatedCredential, appId: string, audience: string): string {
  return `The federated credential ${name} of the application ${appId} has this role's issuer and subject, and the audience ${audiences.join(", ")} instead of ${audience}: delete it, because Entra takes no second one.`;
}

/** Finds client secrets, certificates, and credentials that no role needs. @param prefix the beginning of all this stack's names */
export function findNeedless(
  wanted: readonly WantedCredential[],
  actual: ReadonlyMap<string, ActualCredentials>,
  prefix: string,
): readonly Finding[] {
  return [...actual].flatMap(([appId, { credentials, application }]) => {
    const names = wanted.filter((each) => each.application.clientId === appId).map(({ name }) => name);
    const unused = credentials.filter(({ name }) => name.startsWith(prefix) && !names.includes(name));
    return [
      ...unused.map(({ name, subject }) => ({
        finding: `The federated credential ${name} of the application ${appId} is unused: no role of this stack needs it (${subject})`,
        fix: "delete it (App registrations, Certificates & secrets, Federated credentials)",
      })),
      ...findHeld(appId, application),
    ];
  });
}

function findHeld(appId: string, { passwordCredentials = [], keyCredentials = [] }: SigningApplication): readonly Finding[] {
  const fix = "once doctor shows that the role signs in, take it out of the secret and delete it (docs/graph-sign-in.md)";
  const say = (what: string) => (held: HeldCredential) => {
    const name = held.displayName ? ` ${held.displayName}` : "";
    const end = held.endDateTime ? `, which ends on ${held.endDateTime.slice(0, 10)}` : "";
    return { finding: `The application ${appId} still has the ${what}${name}${end}: its functions sign in by a role`, fix };
  };
  return [...passwordCredentials.map(say("client secret")), ...keyCredentials.map(say("certificate"))];
}
