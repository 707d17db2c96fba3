import { readTypedDomain } from "../../engine/meant-entries";
import type { Filters, Query } from "../../engine/operator/filter";
import { pageTexts } from "../../engine/operator/page-texts";
import { splitAddress } from "../../engine/sign-up/email";
import type { ApprovalRequest } from "./request";
import { isWaitingFor, ROLE_PREFIX } from "./stages";

const t = pageTexts({
  domain: ["Domain of the address", "주소의 도메인"],
  except: ["Not from these domains", "제외할 도메인"],
  asks: ["Asks (address or role)", "요청받은 승인자(주소 또는 역할)"],
});

/** The filters of requests, beside gate and state. */
export const requestFilters = {
  domain: {
    ...{ flag: "--domain <domain>", help: "only addresses of this domain", kind: "domain" },
    get label() {
      return t.domain;
    },
  },
  except: {
    ...{ flag: "--except <domains>", help: "no addresses of these domains, with commas between them", kind: "text" },
    get label() {
      return t.except;
    },
  },
  asks: {
    ...{
      flag: "--asks <who>",
      help: "only requests that ask this approver by name now: an address, an app role, a group's object id",
      kind: "text",
    },
    get label() {
      return t.asks;
    },
  },
} as const satisfies Filters;

type Filtered = Pick<ApprovalRequest, "email" | "asked" | "stages" | "escalatesAt" | "askedOf">;

export function isRequestMeant({ domain, except, asks }: Query<typeof requestFilters>, request: Filtered, now: Date): boolean {
  // A role may be typed without its prefix.
  if (asks !== undefined && !isWaitingFor([asks, asks.toLowerCase(), `${ROLE_PREFIX}${asks}`], request, now)) return false;
  const own = getRequestDomain(request);
  if (except !== undefined && readDomains(except).includes(own)) return false;
  return domain === undefined || domain === own;
}

export function getRequestDomain({ email }: Pick<ApprovalRequest, "email">): string {
  return splitAddress(email).domain;
}

/** A text that is no domain leaves nobody out. */
function readDomains(text: string): readonly string[] {
  return text.split(",").flatMap((each) => readTypedDomain(each.trim()) ?? []);
}
