import { XMLParser } from "fast-xml-parser";
import type { Endpoint } from "../../adapters/aws/form-query";
import { systemClock } from "../../adapters/system";
import { within } from "../../engine/sign-up/time";
import { type Account, ASKING_LIMIT_MS } from "./account";

/** A service that takes forms, and the version of its operations. */
export interface FormService extends Endpoint {
  readonly version: string;
}

export const cloudWatch: FormService = {
  name: "monitoring",
  endpointVariable: "AWS_ENDPOINT_URL_CLOUDWATCH",
  version: "2010-08-01",
};

export type Form = Readonly<Record<string, string>> & { readonly Action: string };

/** An element of an answer, by the names of those in it. */
export type Element = Readonly<Record<string, unknown>>;

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, isArray: (name) => name === "member" });

/** The result in the answer; empty where it has none. */
export async function formResult(account: Account, { version, ...service }: FormService, form: Form): Promise<Element> {
  const asked = { ...form, Version: version };
  const xml = await within(ASKING_LIMIT_MS, systemClock, (signal) => account.query(service, asked, signal));
  const { [`${form.Action}Response`]: response } = parser.parse(xml) as Record<string, Element | undefined>;
  const result = response?.[`${form.Action}Result`];
  return typeof result === "object" && result !== null ? (result as Element) : {};
}

/** All pages of a list, one after the other. */
export async function* pagedElements(account: Account, service: FormService, form: Form, list: string): AsyncGenerator<Element> {
  for (let token = ""; ; ) {
    const result = await formResult(account, service, { ...form, ...(token !== "" && { NextToken: token }) });
    yield* elementsOf(result[list]) as readonly Element[];
    token = elementText(result.NextToken);
    if (token === "") return;
  }
}

export function elementsOf(list: unknown): readonly unknown[] {
  const { member = [] } = (typeof list === "object" && list !== null ? list : {}) as { readonly member?: readonly unknown[] };
  return member;
}

export function elementText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
