import { toWords } from "../../engine/characters";
import { attributeLabel } from "../../engine/messages/index";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { Visit } from "../app/visit";
import { pageTexts } from "../texts/languages";
import { visible } from "./value";

export type GateVisit = Pick<Visit, "world" | "language">;

/** Returns a claim's name for people: the policy's label, else Entra's label, else the claim's own name in words. */
export function claimName({ world, language }: GateVisit, name: string, gate = DEFAULT_GATE): string {
  const short = name.replace(/^extension_[0-9a-f]{32}_/i, "extension_");
  const bare = short.replace(/^extension_/, "");
  const policies = world.gates.includes(gate) ? world.policiesAt(gate) : [];
  const labels = [...policies.map(({ options }) => options), {}].map((options) => attributeLabel(short, { locales: [language], options }));
  const ownName = labels.find((each) => each !== bare);
  return visible(ownName ?? toWords(bare));
}

/** A provider with a domain is named by the domain, as in filters. */
export function providerNames(issuers: readonly string[]): string {
  return issuers.map((issuer) => (Object.hasOwn(t, issuer) ? t[issuer as keyof typeof t] : visible(issuer))).join(", ");
}

const t = pageTexts({
  entra: ["Microsoft Entra", "Microsoft Entra"],
  mail: ["email code", "이메일 코드"],
  unknown: ["unknown", "알 수 없음"],
});
