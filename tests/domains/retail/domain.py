"""The shop: its tools by name."""

from tests.domains.domain import Domain
from tests.domains.retail import delivered_orders, looking_up, pending_orders
from tests.domains.retail.calculation import calculate

DOMAIN = Domain(
    "retail",
    "tau_retail",
    {
        "calculate": calculate,
        "transfer_to_human_agents": looking_up.transfer_to_human_agents,
        "find_user_id_by_email": looking_up.find_user_id_by_email,
        "find_user_id_by_name_zip": looking_up.find_user_id_by_name_zip,
        "get_user_details": looking_up.get_user_details,
        "get_order_details": looking_up.get_order_details,
        "get_product_details": looking_up.get_product_details,
        "get_item_details": looking_up.get_item_details,
        "list_all_product_types": looking_up.list_all_product_types,
        "cancel_pending_order": pending_orders.cancel_pending_order,
        "modify_pending_order_address": pending_orders.modify_pending_order_address,
        "modify_pending_order_items": pending_orders.modify_pending_order_items,
        "modify_pending_order_payment": pending_orders.modify_pending_order_payment,
        "modify_user_address": pending_orders.modify_user_address,
        "exchange_delivered_order_items": delivered_orders.exchange_delivered_order_items,
        "return_delivered_order_items": delivered_orders.return_delivered_order_items,
    },
)
