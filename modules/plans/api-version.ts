/** Version of the connector's API. Neither is stable: Microsoft has published none that is. */
export type ConnectorApiVersion = (typeof CONNECTOR_API_VERSIONS)[number];

/** The version that is used unless another is chosen. */
export const DEFAULT_API_VERSION = "2024-08-01-preview";

/** The newer version, which has fields for features of 2026. */
export const NEWER_API_VERSION = "2026-08-01-preview";

/** Versions that can be chosen. */
export const CONNECTOR_API_VERSIONS = [DEFAULT_API_VERSION, NEWER_API_VERSION] as const;
