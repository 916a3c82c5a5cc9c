/** Versions of the connector's API that can be chosen. Neither is stable: Microsoft has published none that is. */
export const CONNECTOR_API_VERSIONS = ["2024-08-01-preview", "2026-08-01-preview"] as const;

/** Version of the connector's API. */
export type ConnectorApiVersion = (typeof CONNECTOR_API_VERSIONS)[number];

/** The version that is used unless another is chosen. */
export const DEFAULT_API_VERSION: ConnectorApiVersion = "2024-08-01-preview";

/** The newest version that azapi 2.12, the newest release seen, has a schema for (CHANGELOG of azapi, 2026). */
export const NEWEST_VERSION_IN_AZAPI: ConnectorApiVersion = "2024-08-01-preview";
