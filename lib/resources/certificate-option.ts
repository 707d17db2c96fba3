import { Certificate, type ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import type { Construct } from "constructs";
import * as v from "valibot";
import { filled } from "../../engine/fields";
import { constructWith } from "../options";
import { SetupError } from "../setup-error";

/** The certificate of a domain of your own, in AWS Certificate Manager and the stack's region. */
export interface DomainCertificate {
  /**
   * Its ARN.
   * @default `certificate`
   */
  readonly certificateArn?: string;
  /**
   * The certificate itself, in your own app.
   * @default `certificateArn`
   */
  readonly certificate?: ICertificate;
}

export const domainCertificateOptions = {
  certificateArn: v.optional(filled()),
  certificate: v.optional(constructWith<ICertificate>("certificateArn", "a certificate")),
};

/** The one that the options name. Throws a SetupError for none, and for two. @param option where they are */
export function domainCertificate(scope: Construct, option: string, { certificate, certificateArn }: DomainCertificate): ICertificate {
  if (certificate !== undefined && certificateArn === undefined) return certificate;
  if (certificate === undefined && certificateArn !== undefined)
    return Certificate.fromCertificateArn(scope, "Certificate", certificateArn);
  throw new SetupError(`${option} needs a certificate: give one of certificate and certificateArn.`);
}
