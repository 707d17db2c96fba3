import type { Visit } from "../../../console/app/visit";
import { outcomeSum } from "../../../engine/sign-up/outcome";
import type { DomainFigures } from "../../counts/store/domain-counts";
import { DOMAIN_ROWS } from "../store/decisions";

/** Decisions that a search looks at together: few first, which often hold a page, then as many as the database gives at once. */
const FEW = 250;
const MANY = 2_000;
/** Days whose counts tell of how many decisions a domain has. */
const COUNTED_DAYS = 14;

/** The steps of a search: it looks at many together only after it has looked at few. A day that has just begun has fewer than these. */
export function lookingSteps() {
  let looked = 0;
  return async <T extends { readonly searched: number }>(read: (lookAt: number) => Promise<T>): Promise<T> => {
    const found = await read(looked < FEW ? FEW : MANY);
    looked += found.searched;
    return found;
  };
}

/** Whether a domain has more decisions than its index is read for: they are soon found among everybody's. */
export function hasMany({ answers }: Pick<DomainFigures, "answers">): boolean {
  return outcomeSum(answers) > DOMAIN_ROWS;
}

/** The same, as the last days' counts tell. */
export async function isDomainOfMany({ world }: Visit, domain: string): Promise<boolean> {
  const counted = (await world.domainCounts.domainDays([domain], COUNTED_DAYS)).get(domain);
  return counted !== undefined && hasMany(counted.all);
}
