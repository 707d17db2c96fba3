import { type CustomExtension, isPatient } from "../../../adapters/graph/authentication-extensions";
import { ANY_ATTRIBUTE } from "../../../engine/sign-up/rule";
import type { ApplyOptions } from "../plan-of-changes";
import type { PartOfPlan } from "./external-change";
import { type ExternalStanding, namesakesOf, settingsOf, targetOf } from "./standing";
import { namedIn, type WantedExtension, type WantedExternal } from "./wanted";

/** The extensions of a gate's events. */
export function extensionPlans(wanted: WantedExternal, standing: ExternalStanding, options: ApplyOptions): readonly PartOfPlan[] {
  return wanted.extensions.map((extension) => {
    const { name, event } = extension;
    const found = namesakesOf(standing, extension);
    const settings = settingsOf(extension, wanted);
    if (found.length > 1) return { obstacles: [twins(name, found)] };
    const [only] = found;
    if (settings === undefined) return {};
    if (only === undefined) return { changes: [{ action: "create extension", name, event, settings, why: "none goes by that name" }] };
    if (!isAt(only, settings.url) && !options.takeOver) return { obstacles: [elsewhere(only, settings.url)] };
    const reasons = differences(only, extension, wanted);
    if (reasons.length > 0) {
      const kept = extension.claims.includes(ANY_ATTRIBUTE) ? claimsOf(only) : [];
      const claims = [...new Set([...settings.claims, ...kept])];
      const change = { action: "update extension", name, event, settings: { ...settings, claims }, id: only.id } as const;
      return { changes: [{ ...change, why: reasons.join("; ") }] };
    }
    return validated(name, standing);
  });
}

function differences(found: CustomExtension, extension: WantedExtension, wanted: WantedExternal): readonly string[] {
  const settings = settingsOf(extension, wanted);
  const resourceId = found.authenticationConfiguration?.resourceId ?? "";
  const standing = claimsOf(found);
  const lacking = namedIn(extension.claims).filter((claim) => !standing.includes(claim));
  const surplus = extension.claims.includes(ANY_ATTRIBUTE) ? [] : standing.filter((claim) => !extension.claims.includes(claim));
  return [
    ...(targetOf(found) === settings?.url ? [] : [`it calls ${targetOf(found)}`]),
    ...(resourceId.toLowerCase() === settings?.resourceId.toLowerCase() ? [] : [`it shows tokens for ${resourceId || "nothing"}`]),
    ...(isPatient(found) ? [] : ["it does not wait 2,000 ms and ask once more"]),
    ...(lacking.length > 0 ? [`it lacks the claims ${lacking.join(", ")}`] : []),
    ...(surplus.length > 0 ? [`the policy does not set its claims ${surplus.join(", ")}`] : []),
  ];
}

/** What Graph finds wrong where we find nothing. */
function validated(name: string, { validations, isConsented }: ExternalStanding): PartOfPlan {
  const { errors = [], warnings = [] } = validations.get(name) ?? {};
  const news = warnings.filter(({ code }) => isConsented || code !== "PermissionNotGrantedToServicePrincipal");
  return {
    obstacles: errors.map((error) => errorWords(name, error)),
    notes: news.map(({ code, message }) => `${name}: ${message} (${code}).`),
  };
}

const mends: Readonly<Record<string, string>> = {
  IncorrectResourceIdFormat: "deploy anew, so that the output ExtensionIdentifierUri is api://HOST/CLIENT-ID",
  DomainNameDoesNotMatch: "its address and the Application ID URI have to have one host: deploy anew and repeat the command",
  ServicePrincipalNotFound: "the registration's service principal is missing or new: repeat the command in a minute",
};

/** What Graph finds wrong with an extension, with the mend. */
export function errorWords(name: string, { code, message }: { readonly code: string; readonly message: string }): string {
  return `${name} would not work (${code}: ${message}): ${mends[code] ?? "see the sign-in log's codes in docs/external-tenant.md"}.`;
}

function claimsOf({ claimsForTokenConfiguration }: CustomExtension): readonly string[] {
  return (claimsForTokenConfiguration ?? []).map(({ claimIdInApiResponse }) => claimIdInApiResponse);
}

function isAt(extension: CustomExtension, url: string): boolean {
  const standing = targetOf(extension);
  return URL.canParse(standing) && new URL(standing).origin === new URL(url).origin;
}

function twins(name: string, found: readonly CustomExtension[]): string {
  const each = found.map((one) => `${one.id} (${targetOf(one)})`).join(" and ");
  return `${found.length} custom authentication extensions go by the name ${name}: ${each}. Delete those that nothing calls, and repeat the command.`;
}

function elsewhere(found: CustomExtension, url: string): string {
  return `${found.displayName} calls ${targetOf(found)}, which is not this deployment: another one may have made it. --take-over makes it call ${url}.`;
}
