import Ajv from "ajv";
import type { Step } from "../../engine/sign-up/sign-up";

// What an external tenant takes for an answer, written from Microsoft's reference of each event.

const bare = { type: ["string", "integer", "boolean"] };
const text = { type: "string", minLength: 1 };
const valuesByName = { type: "object", additionalProperties: bare };

interface Action {
  readonly name: string;
  readonly members?: object;
}

const actions: Readonly<Record<Step, { readonly event: string; readonly responseData: string; readonly actions: readonly Action[] }>> = {
  "after-sign-in": {
    event: "attributeCollectionStart",
    responseData: "onAttributeCollectionStartResponseData",
    actions: [
      { name: "continueWithDefaultBehavior" },
      { name: "setPrefillValues", members: { inputs: valuesByName } },
      { name: "showBlockPage", members: { title: text, message: text } },
    ],
  },
  "before-create-user": {
    event: "attributeCollectionSubmit",
    responseData: "onAttributeCollectionSubmitResponseData",
    actions: [
      { name: "continueWithDefaultBehavior" },
      { name: "modifyAttributeValues", members: { attributes: valuesByName } },
      { name: "showValidationError", members: { message: text, attributeErrors: { type: "object", additionalProperties: text } } },
      { name: "showBlockPage", members: { title: text, message: text } },
    ],
  },
  "before-sending-token": {
    event: "tokenIssuanceStart",
    responseData: "onTokenIssuanceStartResponseData",
    actions: [
      {
        name: "provideClaimsForToken",
        members: {
          claims: {
            type: "object",
            propertyNames: text,
            additionalProperties: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] },
          },
        },
      },
    ],
  },
};

const ajv = new Ajv({ allowUnionTypes: true });
const ofStep = (step: Step) => {
  const { event, responseData, actions: known } = actions[step];
  const exactly = (properties: Record<string, object>) => ({
    type: "object",
    additionalProperties: false,
    required: Object.keys(properties),
    properties,
  });
  const anyOf = known.map(({ name, members = {} }) =>
    exactly({ "@odata.type": { const: `microsoft.graph.${event}.${name}` }, ...(members as Record<string, object>) }),
  );
  const list = { type: "array", minItems: 1, maxItems: 1, items: { anyOf } };
  return ajv.compile(exactly({ data: exactly({ "@odata.type": { const: `microsoft.graph.${responseData}` }, actions: list }) }));
};
const schemas = {
  "after-sign-in": ofStep("after-sign-in"),
  "before-create-user": ofStep("before-create-user"),
  "before-sending-token": ofStep("before-sending-token"),
} satisfies Record<Step, unknown>;

/** An answer's one action, its type without the part that all of the event have. Fails for what Entra would not take. */
export function extensionAction(step: Step, body: unknown): Readonly<Record<string, unknown>> & { readonly kind: string } {
  const isValid = schemas[step](body);
  expect([isValid, ajv.errorsText(schemas[step].errors), body]).toEqual([true, "No errors", body]);
  const [{ "@odata.type": type, ...members }] = (body as { data: { actions: [Record<string, unknown>] } }).data.actions;
  return { kind: String(type).replace(/^.*\./, ""), ...members };
}
