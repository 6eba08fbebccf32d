"""Headers of files in German, French and Spanish: those of Outlook, Google Contacts and common ones."""

_NAMES = {
    "first_name": "Vorname | Prénom | Nombre | Nombre de pila",
    "middle_name": "Zweiter Vorname | Weitere Vornamen | Deuxième prénom | Segundo nombre",
    "last_name": "Nachname | Familienname | Nom | Nom de famille | Apellido | Apellidos",
    "name": "Vollständiger Name | Kundenname | Nom complet | Nom du client | Nombre completo",
    "business_name": (
        "Firma | Firmenname | Unternehmen | Société | Entreprise | Raison sociale | Empresa | Organización | "
        "Razón social"
    ),
    "account_number": (
        "Kundennummer | Kunden-Nr. | Kundennr | Numéro client | Numéro de client | N° client | "
        "Número de cliente"
    ),
    "birth_date": (
        "Geburtstag | Geburtsdatum | Anniversaire | Date de naissance | Cumpleaños | Fecha de nacimiento"
    ),
    "gender": "Geschlecht | Sexe | Sexo | Género",
    "additional_information": "Notizen | Bemerkung | Bemerkungen | Remarques | Notas | Observaciones",
}
_PHONES = {
    "phone_numbers": (
        "Telefon | Telefonnummer | Weiteres Telefon | Téléphone | Numéro de téléphone | Teléfono | "
        "Número de teléfono"
    ),
    "phone_numbers.mobile": (
        "Mobiltelefon | Mobil | Handy | Handynummer | Tél. mobile | Téléphone mobile | Portable | "
        "Teléfono móvil | Móvil"
    ),
    "phone_numbers.home": (
        "Telefon privat | Telefon (privat) | Téléphone (domicile) | Téléphone domicile | "
        "Particular: teléfono | Teléfono particular"
    ),
    "phone_numbers.work": (
        "Telefon geschäftlich | Telefon (geschäftlich) | Telefon geschäftlich 2 | Téléphone (bureau) | "
        "Téléphone bureau | Teléfono del trabajo"
    ),
    "phone_numbers.fax": (
        "Telefax | Fax geschäftlich | Fax privat | Télécopie | Télécopie (bureau) | Télécopie (domicile) | "
        "Fax del trabajo | Fax particular"
    ),
}
_EMAILS = {
    "email_addresses": (
        "E-Mail-Adresse | E-Mail 2: Adresse | E-Mail 3: Adresse | Adresse e-mail | Adresse de messagerie | "
        "Courriel | Correo electrónico | Dirección de correo electrónico"
    ),
}
_ADDRESSES = {
    "addresses.address_1": "Adresse | Straße | Anschrift | Rue | Dirección | Calle",
    "addresses.city": "Ort | Stadt | Ville | Ciudad",
    "addresses.state": "Bundesland | Estado",
    "addresses.province": "Provincia",
    "addresses.postal_code": "PLZ | Postleitzahl | Code postal | Código postal",
    "addresses.country": "Land | Pays | País",
    "addresses.work.address_1": "Straße geschäftlich | Rue (bureau) | Calle del trabajo",
    "addresses.work.city": "Ort geschäftlich | Ville (bureau) | Ciudad de trabajo",
    "addresses.work.postal_code": (
        "Postleitzahl geschäftlich | Code postal (bureau) | Código postal del trabajo"
    ),
    "addresses.work.country": ("Land/Region geschäftlich | Pays/Région (bureau) | País o región del trabajo"),
    "addresses.home.address_1": "Straße privat | Rue (domicile) | Calle de residencia",
    "addresses.home.city": "Ort privat | Ville (domicile) | Ciudad de residencia",
    "addresses.home.postal_code": (
        "Postleitzahl privat | Code postal (domicile) | Código postal de residencia"
    ),
    "addresses.home.country": "Land/Region privat | Pays/Région (domicile) | País o región de residencia",
}
_OTHERS = {
    "attributes.salutation": "Anrede | Civilité | Tratamiento",
    "attributes.department": "Abteilung | Departamento",
    "attributes.job_title": "Position | Fonction | Puesto | Cargo",
    "attributes.website": "Webseite | Page Web | Página web",
}

COLUMNS = {
    header.strip(): field
    for group in (_NAMES, _PHONES, _EMAILS, _ADDRESSES, _OTHERS)
    for field, headers in group.items()
    for header in headers.split("|")
}
