import { isCustom } from "../../../engine/protocols/attributes";
import { ANY_ATTRIBUTE } from "../../../engine/sign-up/checks";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { ATTRIBUTES_FILE } from "../../../lib/attributes-file";
import { answeringRules, type PolicyFeature, type PolicyStep } from "../../../lib/policy-folder/policy-step";

export const policyChecks: PolicyFeature<{ readonly extensionsAppId?: string }> = {
  order: 5,
  warns: (steps, { attributes, settings }) =>
    settings?.extensionsAppId === undefined ? steps.flatMap((step) => namelessToGraph(step, attributes?.extensionsAppId)) : [],
  synthWarns: (_, { gate = DEFAULT_GATE, attributes, settings }) =>
    gate === DEFAULT_GATE ? otherApp(settings?.extensionsAppId, attributes?.extensionsAppId) : [],
};

/** Returns the app's id in the form that it has in names of custom attributes. */
export function bareId(appId: string): string {
  return appId.replaceAll("-", "").toLowerCase();
}

function otherApp(extensionsAppId: string | undefined, knownAppId: string | undefined): readonly string[] {
  if (extensionsAppId === undefined || knownAppId === undefined || bareId(knownAppId) === bareId(extensionsAppId)) return [];
  return [
    `extensionsAppId is ${bareId(extensionsAppId)}, and ${ATTRIBUTES_FILE} names ${knownAppId}: write that id into settings.ts, or write the file again (entra types).`,
  ];
}

/**
 * Warns about custom attributes that the policy sets: Graph needs their full names, which Gatehouse knows only for attributes that Entra
 * sends.
 */
function namelessToGraph(policyStep: PolicyStep, app: string | undefined): readonly string[] {
  const rules = answeringRules(policyStep);
  if (!rules.some(({ uses = [] }) => uses.some((use) => "worker" in use && use.worker === "provisioning"))) return [];
  return rules.flatMap(({ name, sets = [] }) => {
    const custom = sets.filter((each) => each === ANY_ATTRIBUTE || isCustom(each));
    const what = custom.includes(ANY_ATTRIBUTE) ? "may set custom attributes" : `sets ${custom.join(" and ")}`;
    return custom.length === 0
      ? []
      : [`In ${policyStep.step}, ${name} ${what}. ${NAMELESS} ${app === undefined ? EXTENSIONS_APP : `extensionsAppId: "${app}".`}`];
  });
}

const NAMELESS = "An account that Graph creates cannot have an attribute that the person's form does not show: set";
const EXTENSIONS_APP =
  "extensionsAppId, the application (client) id of aad-extensions-app (outside a workforce tenant b2c-extensions-app) in Entra's App registrations, All applications.";
