import { assign, beforeSendingToken } from "entra-gatehouse";

export default beforeSendingToken([assign({ PartnerTier: "gold" })]);
