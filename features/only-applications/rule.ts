import { GUID } from "../../engine/directory-account";
import { applicationTexts } from "../../engine/messages/rule-texts";
import { ONLY_APPLICATIONS } from "../../engine/sign-up/issuers";
import { makeRule, type Rule } from "../../engine/sign-up/rule";
import type { Block } from "../../engine/sign-up/verdict";

const notAllowed: Block = { kind: "block", reason: "application.not-allowed", message: applicationTexts["application.not-allowed"] };

/**
 * Refuses people of any other application. Workforce tenants do not send the application: there the rule refuses everybody.
 * @throws TypeError if an id is not a client id, or if the list is empty
 *
 * @example
 * beforeCreateUser([onlyApplications(["3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33"]), accessList()], { trust: ["mail", "google.com"] })
 */
export function onlyApplications(clientIds: readonly string[]): Rule {
  const allowedIds = new Set(clientIds.map(readClientId));
  if (allowedIds.size === 0)
    throw new TypeError("onlyApplications names no application, so nobody could sign up: list at least one client id.");
  return makeRule({
    name: ONLY_APPLICATIONS,
    reads: [],
    sets: [],
    uses: [{ worker: ONLY_APPLICATIONS, settings: [...allowedIds] }],
    admits: "everybody who uses these applications",
    narrows: true,
    decide: ({ application }) => (application !== undefined && allowedIds.has(application.id) ? { kind: "continue" } : notAllowed),
  });
}

function readClientId(text: string): string {
  const id = text.trim().toLowerCase();
  if (GUID.test(id)) return id;
  throw new TypeError(`onlyApplications: "${text}" is not a client id; write one like "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33".`);
}
