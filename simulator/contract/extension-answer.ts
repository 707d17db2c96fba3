import { capitalise } from "../../engine/characters";
import type { Step } from "../../engine/sign-up/sign-up";
import { type JsonMembers, membersIn, type ReadAnswer } from "./rule";

export type ActionKind =
  | "continueWithDefaultBehavior"
  | "setPrefillValues"
  | "modifyAttributeValues"
  | "showBlockPage"
  | "showValidationError"
  | "provideClaimsForToken";

/** @param event the end of the request's `type` */
const nameEvent = (event: string, ...actions: ActionKind[]) => {
  const data = `microsoft.graph.on${capitalise(event)}`;
  return { event, calloutData: `${data}CalloutData`, responseData: `${data}ResponseData`, actions };
};

/** Sources: the references of OnAttributeCollectionStart, of OnAttributeCollectionSubmit and of the custom claims provider. */
export const eventWords: Readonly<Record<Step, ReturnType<typeof nameEvent>>> = {
  "after-sign-in": nameEvent("attributeCollectionStart", "continueWithDefaultBehavior", "setPrefillValues", "showBlockPage"),
  "before-create-user": nameEvent(
    "attributeCollectionSubmit",
    "continueWithDefaultBehavior",
    "modifyAttributeValues",
    "showValidationError",
    "showBlockPage",
  ),
  "before-sending-token": nameEvent("tokenIssuanceStart", "provideClaimsForToken"),
};

const TYPE = "@odata.type";

export function actionName(step: Step, kind: ActionKind): string {
  return `microsoft.graph.${eventWords[step].event}.${kind}`;
}

export function answerParts(json: JsonMembers | undefined): { readonly type: unknown; readonly actions: readonly unknown[] | undefined } {
  const data = membersIn(json?.data);
  const actions = data?.actions;
  return { type: data?.[TYPE], actions: Array.isArray(actions) ? actions : undefined };
}

/**
 * Returns the answer's only action, in whatever letter case its name is. Undefined if the answer has no action, several actions, or another
 * event's action.
 */
export function actionIn(
  json: JsonMembers | undefined,
  step: Step,
): { readonly kind: ActionKind; readonly name: string; readonly members: JsonMembers } | undefined {
  const { actions } = answerParts(json);
  const members = actions?.length === 1 ? membersIn(actions[0]) : undefined;
  const name = members?.[TYPE];
  if (members === undefined || typeof name !== "string") return undefined;
  const kind = eventWords[step].actions.find((each) => actionName(step, each).toLowerCase() === name.toLowerCase());
  return kind && { kind, name, members };
}

export function valuesMember(kind: ActionKind): "inputs" | "attributes" {
  return kind === "setPrefillValues" ? "inputs" : "attributes";
}

/** True if an answer lets the person continue, or adds claims. */
export function extensionLetsThrough({ status, json }: ReadAnswer, step: Step): boolean {
  const action = status === 200 ? actionIn(json, step) : undefined;
  if (action?.kind === "provideClaimsForToken") return Object.keys(membersIn(action.members.claims) ?? {}).length > 0;
  return action !== undefined && action.kind !== "showBlockPage" && action.kind !== "showValidationError";
}

export const valueTypes = {
  string: "microsoft.graph.stringDirectoryAttributeValue",
  integer: "microsoft.graph.int64DirectoryAttributeValue",
  boolean: "microsoft.graph.booleanDirectoryAttributeValue",
} as const;

/** Attributes that the user flow collects: the name in the request -> the name of the type. */
export function collectedIn(request: JsonMembers | undefined): Readonly<Record<string, unknown>> {
  const attributes = membersIn(membersIn(membersIn(request?.data)?.userSignUpInfo)?.attributes) ?? {};
  return Object.fromEntries(Object.entries(attributes).map(([name, cell]) => [name, readCellType(membersIn(cell) ?? {})]));
}

/** Reads an attribute's type. The key is `@odata.type`, but in one documented attribute it is `@odata.Type`. */
function readCellType(cell: JsonMembers): unknown {
  return Object.entries(cell).find(([name]) => name.toLowerCase() === TYPE)?.[1];
}
