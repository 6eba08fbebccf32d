"""Recognise e-mail addresses of a role, which several people read."""

import re

from service.matching import folding

_NAMES = """
accounting accounts admin administration adm anfrage atendimento billing booking bookings
buchhaltung bureau careers commercial commerciale comercial compras compta comptabilite contabilidad
contabilita contact contacto contato contatti customer customercare customerservice direccion
direction empfang enquiries enquiry facturacion facturation faktura family familie feedback finance
frontdesk hello help helpdesk hotel hr info infos informacion informatie information inquiry invoice
invoices jobs kontakt kundenservice kundendienst legal mail mailbox marketing media noreply no-reply
office order orders payroll post postmaster praxis press procurement purchasing reception recepcion
receptie rechnung reservation reservations sales sekretariat secretariat secretaria segreteria
service services shop staff support team ventas vendas verkauf vertrieb webmaster welcome werkstatt
zentrale
"""
_ROLES = frozenset(_NAMES.split())
# Branches add their name: info.berlin@, sales-eu@.
_BRANCH = re.compile(r"(info|sales|office|support|contact)[-._+]")


def is_role(address: str) -> bool:
    """Return whether a normalised e-mail address is that of a role, such as ``info@`` or ``sales-eu@``."""
    local = folding.fold(address.rpartition("@")[0])
    return local.rstrip("0123456789") in _ROLES or _BRANCH.match(local) is not None
