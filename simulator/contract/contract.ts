import type { TenantKind } from "../../engine/sign-up/sign-up";
import { b2cContract, connectorContract } from "./connector-contract";
import { actionIn, extensionLetsThrough } from "./extension-answer";
import { extensionContract } from "./extension-contract";
import { type AskedStep, type ContractFinding, type ContractRule, claimsIn, patienceMs, type ReadAnswer } from "./rule";

export const contracts: Readonly<Record<TenantKind, readonly ContractRule[]>> = {
  workforce: connectorContract,
  b2c: b2cContract,
  "external-tenant": extensionContract,
};

export interface Breach extends ContractFinding {
  readonly rule: string;
  readonly says: string;
  readonly source: string;
  readonly tolerated: boolean;
}

export function findBreaches(answer: ReadAnswer, askedStep: AskedStep): readonly Breach[] {
  return contracts[askedStep.tenant].flatMap((rule) => {
    const finding = rule.applies(answer, askedStep) ? rule.breach(answer, askedStep) : undefined;
    return finding === undefined ? [] : [toBreach(rule, finding)];
  });
}

export function toBreach(
  { id, says, source, tolerated = false }: Pick<ContractRule, "id" | "says" | "source" | "tolerated">,
  finding: ContractFinding,
): Breach {
  return { rule: id, says, source, tolerated, ...finding };
}

export function connectionRules(tenant: TenantKind) {
  const seconds = patienceMs[tenant] / 1_000;
  const source =
    tenant === "external-tenant"
      ? "Custom authentication extensions, troubleshooting"
      : "Add an API connector to a user flow, best practices";
  return {
    time: {
      id: "time",
      says: `an answer comes within ${seconds} seconds`,
      source: `${source}: Entra waits ${seconds} seconds and asks once more`,
    },
    connection: { id: "connection", says: "the connection holds until the answer is whole", source },
  } as const;
}

/** True if the answer lets the person through. At before-sending-token no answer stops a person, so the answer must add claims. */
export function letsThrough(answer: ReadAnswer, { tenant, step }: AskedStep): boolean {
  if (tenant === "external-tenant") return extensionLetsThrough(answer, step);
  const { json } = answer;
  return json?.action === "Continue" && (step !== "before-sending-token" || claimsIn(json).length > 0);
}

/** Returns an answer's status and action in words, without the answer's texts. */
export function verdictIn({ status, json }: ReadAnswer, { tenant, step }: AskedStep): string {
  const action = tenant === "external-tenant" ? actionIn(json, step)?.kind : json?.action;
  return `status ${status}, ${action ?? "no action"}`;
}
