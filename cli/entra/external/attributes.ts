import { type EventsFlow, inputsOf } from "../../../adapters/graph/events-flows";
import { shortNameOf } from "../../../engine/protocols/attribute-names";
import { ANY_ATTRIBUTE } from "../../../engine/sign-up/rule";
import type { PartOfPlan } from "./external-change";
import { namedIn, type WantedExternal } from "./wanted";

/** Those that every tenant has; all are texts. A custom one's id and type take a permission that is not asked for. */
const builtIn = ["city", "country", "displayName", "givenName", "jobTitle", "postalCode", "state", "streetAddress", "surname"];

/** What the policy sets and the flow does not collect: Entra takes no answer about it. */
export function attributePlan({ attributes }: WantedExternal, flow: EventsFlow): PartOfPlan {
  const collected = inputsOf(flow).map(({ attribute }) => shortNameOf(attribute).toLowerCase());
  const missing = namedIn(attributes).filter((name) => !collected.includes(name.toLowerCase()));
  const hasForm = flow.onAttributeCollection != null;
  const tickable = hasForm ? missing.filter((name) => builtIn.includes(name)) : [];
  const others = missing.filter((name) => !tickable.includes(name));
  return {
    changes:
      tickable.length === 0
        ? []
        : [{ action: "collect attributes", flowId: flow.id, attributes: tickable, why: "the policy sets what the flow does not collect" }],
    byHand: others.map((name) => `The policy sets ${name}, which the flow does not collect: choose it under User attributes.`),
    notes: [
      ...(tickable.length === 0
        ? []
        : [
            "Attributes are added hidden. If a decision says that the flow does not collect one, show it: Microsoft does not say what holds.",
          ]),
      ...(attributes.includes(ANY_ATTRIBUTE)
        ? ["A rule may set any attribute: choose those that it returns under User attributes, or name them in the rule's only."]
        : []),
    ],
  };
}

/** Those that apply would add, as it adds them: hidden. */
export function attributeRemoval({ attributes }: WantedExternal, flow: EventsFlow): PartOfPlan {
  const ours = hiddenOnes(attributes, flow);
  return ours.length === 0
    ? {}
    : { changes: [{ action: "stop collecting", flowId: flow.id, attributes: ours, why: "the policy sets it" }] };
}

function hiddenOnes(attributes: readonly string[], flow: EventsFlow): readonly string[] {
  const hidden = inputsOf(flow).filter((input) => input.hidden === true && builtIn.includes(input.attribute));
  return hidden.map(({ attribute }) => attribute).filter((attribute) => attributes.includes(attribute));
}
