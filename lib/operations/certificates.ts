import { CERTIFICATE_WARNING_DAYS } from "../../adapters/graph/certificates";
import type { GatehouseScope } from "../gatehouse-scope";

/** Rings before a certificate ends that a worker looks at each day. */
export function watchCertificates({ alarms }: GatehouseScope): void {
  const what = `A certificate that a connector shows, or by which Gatehouse signs in to Graph, ends within ${CERTIFICATE_WARNING_DAYS} days.`;
  alarms.once("CertificateEnds", (id) => alarms.alarmAtLast("CertificateDaysLeft", CERTIFICATE_WARNING_DAYS, what, id));
}
