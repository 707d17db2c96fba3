import { readReference } from "../../engine/sign-up/call";
import type { Step, TenantKind } from "../../engine/sign-up/sign-up";
import { type ClaimValue, shortName, type Values } from "../contract/attributes";
import { actionIn, valuesMember } from "../contract/extension-answer";
import { claimsIn, isText, type JsonMembers, membersIn } from "../contract/rule";

/** The page that the person sees. `error` is Entra's own error page, which ends the sign-up. */
export type EntraPage =
  | { readonly kind: "continue"; readonly claims: Values }
  | {
      readonly kind: "block";
      /** The title; absent if the page has Entra's own title. */
      readonly title?: string;
      readonly message: string;
    }
  | {
      readonly kind: "invalid";
      readonly message: string;
      /** The message beside each field, by the field's short name. */
      readonly errors: Readonly<Record<string, string>>;
    }
  | { readonly kind: "error" };

const codes = /(?<![\w-])[A-Z0-9]{4}-[A-Z0-9]{4}(?![\w-])/g;

/** Finds the reference code, by which operators find the reason for a stop; undefined if the page has no code. */
export function referenceOn(page: EntraPage): string | undefined {
  const references = "message" in page ? (page.message.match(codes) ?? []) : [];
  return references.findLast((code) => readReference(code) === code);
}

/** An external tenant's text for a block page without a message. */
const BLOCK_MESSAGE = "Something went wrong. Please try again later.";

/** Returns the page that Entra shows for an answer. @param json the body of an answer that follows the contract */
export function entraPage(tenant: TenantKind, step: Step, json: JsonMembers): EntraPage {
  return tenant === "external-tenant" ? extensionPage(step, json) : connectorPage(json);
}

function connectorPage(json: JsonMembers): EntraPage {
  switch (json.action) {
    case "Continue":
      return { kind: "continue", claims: keepClaimValues(claimsIn(json).filter(([name]) => name !== "email" && name !== "identities")) };
    case "ShowBlockPage":
      return { kind: "block", message: String(json.userMessage) };
    case "ValidationError":
      return { kind: "invalid", message: String(json.userMessage), errors: {} };
    default:
      return { kind: "error" };
  }
}

function extensionPage(step: Step, json: JsonMembers): EntraPage {
  const { kind, members = {} } = actionIn(json, step) ?? {};
  switch (kind) {
    case "continueWithDefaultBehavior":
      return { kind: "continue", claims: {} };
    case "setPrefillValues":
    case "modifyAttributeValues":
      return { kind: "continue", claims: keepClaimValues(Object.entries(membersIn(members[valuesMember(kind)]) ?? {})) };
    case "provideClaimsForToken":
      return { kind: "continue", claims: keepClaimValues(Object.entries(membersIn(members.claims) ?? {})) };
    case "showBlockPage": {
      const { title, message } = members;
      return { kind: "block", title: isText(title) ? title : undefined, message: isText(message) ? message : BLOCK_MESSAGE };
    }
    case "showValidationError": {
      const errors = keepClaimValues(Object.entries(membersIn(members.attributeErrors) ?? {}));
      return { kind: "invalid", message: String(members.message), errors: errors as Readonly<Record<string, string>> };
    }
    default:
      return { kind: "error" };
  }
}

function keepClaimValues(claims: readonly (readonly [string, unknown])[]): Values {
  const presentClaims = claims.filter(([, value]) => value !== null);
  return Object.fromEntries(presentClaims.map(([name, value]) => [shortName(name), value as ClaimValue]));
}
