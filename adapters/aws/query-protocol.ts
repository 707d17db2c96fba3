import { AwsError } from "./client";

// AWS's query protocol, which IAM and STS use: the request is a form, and the answer is XML.

export const formHeaders = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" } as const;

/** Builds the form of a call. @param version the API version that the service requires in each call */
export function buildForm(version: string, parameters: Readonly<Record<string, string | number>>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...parameters, Version: version })) form.set(name, String(value));
  return form.toString();
}

/**
 * Returns the text of the first element with this name; undefined if there is none. The text is not unescaped: keys, tokens and codes need
 * no unescaping.
 */
export function findElement(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}

export function toAwsError(status: number, xml: string): AwsError {
  return new AwsError(findElement(xml, "Code") ?? `Http${status}`, findElement(xml, "Message") ?? "", status, {});
}
