import { DEFAULT_GATE } from "../sign-up/gate";

interface PersonDetail {
  readonly email?: string | undefined;
  readonly personId?: string | undefined;
  readonly accountId?: string;
  readonly displayName?: string | undefined;
}

interface CaseDetail {
  readonly gate?: string | undefined;
  readonly reference: string;
  readonly issuers?: readonly string[] | undefined;
  readonly emailProven?: boolean | undefined;
}

export function ofPerson(detail: PersonDetail, ipAddress?: string): object {
  const { email } = detail;
  const observables = [
    ...(email === undefined ? [] : [{ name: "user.email_addr", type_id: 5, type: "Email Address", value: email }]),
    ...(ipAddress === undefined ? [] : [{ name: "src_endpoint.ip", type_id: 2, type: "IP Address", value: ipAddress }]),
  ];
  return {
    user: buildOcsfUser(detail),
    ...(ipAddress !== undefined && { src_endpoint: { ip: ipAddress } }),
    ...(observables.length > 0 && { observables }),
  };
}

export function ofCase({ gate = DEFAULT_GATE, reference, issuers, emailProven }: CaseDetail): object {
  return { gate, reference, issuers, emailProven };
}

/** The user is unknown if the event has no address, for example because the call could not be read. */
export function buildOcsfUser(detail: PersonDetail): object {
  const { email, personId } = detail;
  if (email === undefined) return { name: "unknown", type_id: 0, type: "Unknown" };
  return {
    name: email,
    email_addr: email,
    type_id: 1,
    type: "User",
    ...(personId !== undefined && { uid: personId }),
    ...("accountId" in detail && { uid_alt: detail.accountId }),
    ...("displayName" in detail && { full_name: detail.displayName }),
  };
}
