# Generated from cdktf-defender-for-cloud; a change here is lost.

variable "aws_account_id" {
  description = "The AWS account: 12 digits. The AWS credentials must belong to it."
  nullable    = false
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.aws_account_id))
    error_message = "aws_account_id: \"${var.aws_account_id}\" is not allowed; expected an AWS account id of 12 digits, for instance \"111122223333\"."
  }
}

variable "aws_region" {
  description = "Region of the AWS provider, for instance eu-central-1."
  nullable    = false
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2,3}(-[a-z]+){1,3}-[0-9]{1,2}$", var.aws_region))
    error_message = "aws_region: \"${var.aws_region}\" is not allowed; expected the code of an AWS region, for instance \"eu-central-1\" (not an availability zone such as \"eu-central-1a\")."
  }
}

variable "azure_subscription_id" {
  description = "Azure subscription of the connector: a GUID."
  nullable    = false
  type        = string

  validation {
    condition     = can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", var.azure_subscription_id))
    error_message = "azure_subscription_id: \"${var.azure_subscription_id}\" is not allowed; expected a GUID, for instance \"11111111-2222-3333-4444-555555555555\"."
  }
}

variable "connector_name" {
  description = "Name of the connector, for instance aws-production."
  nullable    = false
  type        = string

  validation {
    condition     = can(regex("^[^<>%&:\\\\?/#\\x00-\\x1f]{0,259}[^<>%&:\\\\?/#\\x00-\\x1f .]$", var.connector_name))
    error_message = "connector_name: \"${var.connector_name}\" is not allowed; expected 1 to 260 characters except < > % & : \\ ? / # and control characters, with no space or period at the end."
  }
}

variable "entra_tenant_id" {
  description = "Entra tenant of the Azure subscription: a GUID in lower case. The roles' trusts are bound to it."
  nullable    = false
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.entra_tenant_id)) && !contains(["33e01921-4d64-4f8c-a055-5bdaffd5e33d"], lower(var.entra_tenant_id))
    error_message = "entra_tenant_id: \"${var.entra_tenant_id}\" is not allowed; expected a GUID in lower case, for instance \"11111111-2222-3333-4444-55555555aaaa\", and your own tenant, not Microsoft's 33e01921-4d64-4f8c-a055-5bdaffd5e33d."
  }
}

variable "location" {
  description = "Azure location of the connector, for instance westeurope."
  nullable    = false
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9 ]{2,40}$", var.location))
    error_message = "location: \"${var.location}\" is not allowed; expected an Azure location, for instance \"westeurope\"."
  }
}

variable "resource_group_name" {
  description = "Existing Azure resource group for the connector."
  nullable    = false
  type        = string

  validation {
    condition     = can(regex("^[\\p{L}\\p{N}_().-]{0,89}[\\p{L}\\p{N}_()-]$", var.resource_group_name))
    error_message = "resource_group_name: \"${var.resource_group_name}\" is not allowed; expected 1 to 90 letters, digits, underscores, hyphens, periods or parentheses that do not end with a period."
  }
}

variable "access_level" {
  description = "How much Defender may do in an account: `default` grants what present and future capabilities of a plan need, `leastPrivilege` only what the selected plans need now."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["default", "leastPrivilege"], var.access_level)
    error_message = "access_level: \"${var.access_level}\" is not allowed; allowed: default, leastPrivilege."
  }
}

variable "identity_provider_mode" {
  description = "What is done about the OIDC identity provider of the account `aws_account_id`: `create`, or `verify` where it exists already, for instance because Microsoft Sentinel is connected. It stays as it was at the first apply."
  type        = string
  nullable    = false
  default     = "create"

  validation {
    condition     = contains(["create", "verify"], var.identity_provider_mode)
    error_message = "identity_provider_mode: \"${var.identity_provider_mode}\" is not allowed; allowed: create, verify."
  }
}

variable "defender_cspm" {
  description = "Defender CSPM; null is off, and {} the portal's selection. `agentless_machine_scanning`: true, false (default true); `sensitive_data_discovery`: true, false (default true); `databases_posture`: true, false (default true); `agentless_kubernetes_discovery`: true, false (default true); `container_image_assessment`: true, false (default true)."
  type = object({
    agentless_machine_scanning     = optional(bool, true)
    sensitive_data_discovery       = optional(bool, true)
    databases_posture              = optional(bool, true)
    agentless_kubernetes_discovery = optional(bool, true)
    container_image_assessment     = optional(bool, true)
  })
  default = null
}

variable "servers" {
  description = "Defender for Servers; null is off, and {} the portal's selection, as far as it has one. `sub_plan`: \"P1\", \"P2\" (required); `arc_auto_provisioning`: true, false (default true); `defender_for_endpoint`: true, false (default true); `vulnerability_assessment`: false, \"TVM\", \"Qualys\" (default \"TVM\"); `agentless_machine_scanning`: true, false (default sub_plan == \"P2\")."
  type = object({
    sub_plan                   = string
    arc_auto_provisioning      = optional(bool, true)
    defender_for_endpoint      = optional(bool, true)
    vulnerability_assessment   = optional(string, "TVM")
    agentless_machine_scanning = optional(bool)
  })
  default = null

  validation {
    condition     = alltrue([for plan in var.servers[*] : try(contains(["P1", "P2"], plan.sub_plan), false)])
    error_message = "servers.sub_plan: ${jsonencode(try(var.servers.sub_plan, null))} is not allowed; allowed: \"P1\", \"P2\"."
  }

  validation {
    condition     = alltrue([for plan in var.servers[*] : try(contains(["false", "TVM", "Qualys"], plan.vulnerability_assessment), false)])
    error_message = "servers.vulnerability_assessment: ${jsonencode(try(var.servers.vulnerability_assessment, null))} is not allowed; allowed: \"false\", \"TVM\", \"Qualys\"."
  }

  validation {
    condition     = alltrue([for plan in var.servers[*] : !(plan.sub_plan == "P1" && coalesce(plan.agentless_machine_scanning, false) == true)])
    error_message = "servers.agentless_machine_scanning: true is not allowed; it needs sub-plan P2: set servers.sub_plan to \"P2\" or leave it out"
  }
}

variable "containers" {
  description = "Defender for Containers; null is off, and {} the portal's selection. `audit_log_collection`: true, false (default true); `sensor_provisioning`: true, false (default true); `policy_add_on_provisioning`: true, false (default true); `container_image_assessment`: true, false (default true); `agentless_kubernetes_discovery`: true, false (default true); `agentless_machine_scanning`: true, false (default true)."
  type = object({
    audit_log_collection           = optional(bool, true)
    sensor_provisioning            = optional(bool, true)
    policy_add_on_provisioning     = optional(bool, true)
    container_image_assessment     = optional(bool, true)
    agentless_kubernetes_discovery = optional(bool, true)
    agentless_machine_scanning     = optional(bool, true)
  })
  default = null
}

variable "databases" {
  description = "Defender for Databases; null is off, and {} the portal's selection. `sql_servers_on_machines`: true, false (default true); `databases_posture`: true, false (default false)."
  type = object({
    sql_servers_on_machines = optional(bool, true)
    databases_posture       = optional(bool)
  })
  default = null
}
