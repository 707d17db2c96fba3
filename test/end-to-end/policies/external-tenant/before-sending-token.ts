import { assign, beforeSendingToken } from "entra-gatehouse";

export default beforeSendingToken([assign({ tier: "gold", seats: 25 })]);
